"""The README's pictures, of the real terminal and the real page: `make pictures`."""

import subprocess
import sys
import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from time import sleep

from PIL import Image

from deploy.example import TERMINALS, write_example
from locales.catalogue import default_survey
from tests.browser import open_browser
from tests.e2e.finger import QUESTION, SIZE, WHY
from tests.e2e.site import Site
from tests.screen import Screen

PICTURES = Path(__file__).parents[1] / "deploy" / "pictures"
YEAR = 2025
_FADE = 0.5


def main() -> None:
    """Makes all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    with Screen(SIZE) as screen, tempfile.TemporaryDirectory(prefix="fjes-pictures-") as directory:
        site = Site(Path(directory), screen, "busy")
        try:
            for role in ("broker", "collector", "dashboard", "kiosk"):
                site.start(role)
            _terminal(site)
            _page(site)
        finally:
            site.stop()


def _terminal(site: Site) -> None:
    sleep(_FADE)
    _save("terminal-question.png", site.screen.image())
    site.touch(QUESTION.languages["th"])
    site.choose(4, QUESTION.faces)
    sleep(_FADE)
    _save("terminal-why.png", site.screen.image())
    site.touch(WHY.skip)


def _page(site: Site) -> None:
    for terminal in TERMINALS:
        file = site.directory / f"{terminal.id}.csv"
        write_example(file, terminal, default_survey(), date(YEAR, 12, 31))
        command = [sys.executable, "-m", "deploy", "--config", str(site.file), "replay", str(file)]
        subprocess.run([*command, "--terminal", terminal.id], check=True, stdout=subprocess.DEVNULL)
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{site.address}?period={YEAR}&language=en")
        page.wait_for_selector("#trend-chart svg")
        sleep(_FADE)
        _save("page.png", Image.open(BytesIO(page.screenshot(full_page=True))))


def _save(name: str, picture: Image.Image) -> None:
    picture.convert("RGB").quantize(128).save(PICTURES / name, optimize=True)
    print(PICTURES / name)


if __name__ == "__main__":
    main()
