"""A site, a screen, an ear and a browser for the end-to-end tests."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import open_browser
from tests.e2e.ear import Ear
from tests.e2e.finger import LANGUAGES, SIZE
from tests.e2e.site import Site
from tests.polling import PATIENCE
from tests.screen import Screen


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(SIZE) as screen:
        yield screen


@pytest.fixture
def make_site(tmp_path: Path, screen: Screen) -> Iterator[Callable[..., Site]]:
    """Makes a site in a profile, perhaps with its languages; nothing of it runs yet."""
    sites = []

    def make(profile: str, languages: Sequence[str] = LANGUAGES) -> Site:
        sites.append(Site(tmp_path, screen, profile, languages))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """At a loudspeaker that is there."""
    ear = Ear(tmp_path, ("nb", "en"))
    ear.speaker.start()
    yield ear
    ear.speaker.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of real Chromium."""
    with open_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        yield page
