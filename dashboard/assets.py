"""Everything a page loads besides itself, served from memory at addresses that change with the content."""

import gzip
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from threading import Lock

import vl_convert

from contract.faces import FACES, face_svg

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
}
_FONTS = {
    "noto-sans.ttf": ("fontpkg_noto_sans", "fontpkg-noto-sans", "NotoSans[wdth,wght].ttf"),
    "noto-sans-thai.ttf": ("fontpkg_noto_sans_thai", "fontpkg-noto-sans-thai", "NotoSansThai[wdth,wght].ttf"),
}
CHARTS = "charts.js"
_SNIPPET = "window.vegaEmbed = vegaEmbed;"


class Asset:
    """One file, made when it is first asked for and kept compressed."""

    def __init__(self, name: str, edition: str, make: Callable[[], bytes]) -> None:
        self.name = name
        self.edition = edition
        self.media_type = _TYPES[name.rpartition(".")[2]]
        self._make = make
        self._lock = Lock()
        self._compressed: bytes | None = None

    def compressed(self) -> bytes:
        """The content under gzip; the first call may take seconds."""
        with self._lock:
            if self._compressed is None:
                self._compressed = gzip.compress(self._make(), 6, mtime=0)
            return self._compressed


class Assets:
    """The files by name, and the address of each."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self._assets: Mapping[str, Asset] = {asset.name: asset for asset in assets}

    def find(self, edition: str, name: str) -> Asset | None:
        asset = self._assets.get(name)
        return asset if asset and asset.edition == edition else None

    def href(self, name: str) -> str:
        return f"/assets/{self._assets[name].edition}/{name}"

    def warm(self) -> None:
        """Makes what takes long, so that no reader waits for it."""
        self._assets[CHARTS].compressed()


@cache
def load_assets() -> Assets:
    """Own files, faces, fonts, and the chart library that vl-convert bundles; once in a process, as none changes."""
    own = {name: files(__package__).joinpath("static", name).read_bytes() for name in ("page.js",)}
    own |= {f"face-{score}.svg": face_svg(score).encode() for score in FACES}
    fonts = [
        Asset(name, version(distribution), files(package).joinpath("files", file).read_bytes)
        for name, (package, distribution, file) in _FONTS.items()
    ]
    charts = Asset(CHARTS, version("vl-convert-python"), lambda: vl_convert.javascript_bundle(_SNIPPET).encode())
    style = files(__package__).joinpath("static", "page.css").read_bytes()
    for font in fonts:
        style = style.replace(f"/{font.name}".encode(), f"/assets/{font.edition}/{font.name}".encode())
    own["page.css"] = style
    return Assets([*(_of(name, content) for name, content in own.items()), *fonts, charts])


def _of(name: str, content: bytes) -> Asset:
    return Asset(name, sha256(content).hexdigest()[:12], lambda: content)
