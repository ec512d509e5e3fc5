"""The API as an OpenAPI 3 document of its own, generated from the handlers and types that answer.

`python -m dashboard.api.openapi` writes it beside this module; a test says when that was forgotten. It names nothing of
any site, so whoever asks may have it. No viewer comes with it, which others would serve.
"""

import inspect
import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig

from dashboard.api import shapes
from dashboard.api.handlers import HANDLERS, VERSION, in_router
from dashboard.openapi import security
from dashboard.pages import PUBLIC

FILE = Path(__file__).with_name("openapi.json")
_ABOUT = """\
What the pages of one fjes show, guarded as they are: small numbers are "<5", and where too little is known there is
null. Without `place` it is all that the reader may see, without `period` the month of the newest votes. A token is
made under "Programs and wall screens" on one's own page, and sent as `Authorization: Bearer fjes_api_…`.
"""


@cache
def document() -> dict[str, Any]:
    """Of the API alone, and as if it were served here."""
    nothing = {name: Provide(lambda: None, sync_to_thread=False) for name in ("site", "reader")}
    config = OpenAPIConfig(
        "fjes", "1", description=" ".join(_ABOUT.split()), use_handler_docstrings=True, components=security()
    )
    app = Litestar(
        [in_router(HANDLERS, time.monotonic)],
        dependencies=nothing,
        openapi_config=config,
    )
    made: dict[str, Any] = app.openapi_schema.to_schema()
    for name, schema in made["components"]["schemas"].items():
        if about := inspect.getdoc(getattr(shapes, name, None)):
            schema["description"] = about
    return made


def render() -> str:
    """As it stands in the file."""
    plain = json.loads(msgspec.json.encode(document()))
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


@get(f"{VERSION}/openapi.json", media_type="application/json", sync_to_thread=True, opt={PUBLIC: True})
def described() -> Response[bytes]:
    """What the API answers, in this form."""
    return Response(render().encode(), media_type="application/json")


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
