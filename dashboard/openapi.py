"""The pages' own OpenAPI document, made by Litestar from the handlers; without a viewer, which others would serve."""

from importlib.metadata import version

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

PATH = "/schema"


def security() -> Components:
    """How programs say who they are."""
    return Components(security_schemes={"token": SecurityScheme("http", scheme="bearer")})


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="fjes",
        version=version("fjes"),
        path=PATH,
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
        components=security(),
    )
