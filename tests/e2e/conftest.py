"""A site, a screen and a browser for the end-to-end tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import open_browser
from tests.e2e.finger import SIZE
from tests.e2e.site import Site
from tests.screen import Screen


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(SIZE) as screen:
        yield screen


@pytest.fixture
def make_site(tmp_path: Path, screen: Screen) -> Iterator[Callable[[str], Site]]:
    """Makes a site in a profile; nothing of it runs yet."""
    sites = []

    def make(profile: str) -> Site:
        sites.append(Site(tmp_path, screen, profile))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of real Chromium."""
    with open_browser() as browser:
        yield browser.new_page()
