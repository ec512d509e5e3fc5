"""The kernel's backlight, on a made directory; the X server's monitor, on one that has none to turn off."""

from pathlib import Path

import pytest

from kiosk.ui.backlight import KernelBacklight, X11Monitor, find_light
from kiosk.ui.x11 import X11
from tests.screen import Screen


def backlight(directory: Path, name: str = "panel", *, brightness: int) -> Path:
    (directory / name).mkdir()
    (directory / name / "max_brightness").write_text("255\n")
    file = directory / name / "brightness"
    file.write_text(f"{brightness}\n")
    return file


def test_it_comes_back_as_bright_as_it_was(tmp_path: Path) -> None:
    one, two = backlight(tmp_path, "one", brightness=120), backlight(tmp_path, "two", brightness=7)
    light = KernelBacklight(tmp_path)
    for _ in range(2):
        light.off()
        light.off()
        assert (int(one.read_text()), int(two.read_text())) == (0, 0)
        light.on()
        light.on()
        assert (int(one.read_text()), int(two.read_text())) == (120, 7)


def test_after_a_crash_at_night_it_is_bright_in_the_morning(tmp_path: Path) -> None:
    file = backlight(tmp_path, brightness=0)
    KernelBacklight(tmp_path).on()
    assert int(file.read_text()) == 255


def test_a_brightness_set_meanwhile_by_others_stays(tmp_path: Path) -> None:
    file = backlight(tmp_path, brightness=120)
    light = KernelBacklight(tmp_path)
    light.off()
    file.write_text("80")
    light.on()
    assert int(file.read_text()) == 80


@pytest.mark.parametrize("content", ["", "bright"])
def test_a_backlight_that_is_not_as_expected_is_left_alone(tmp_path: Path, content: str) -> None:
    file = backlight(tmp_path, brightness=9)
    file.write_text(content)
    light = KernelBacklight(tmp_path)
    light.off()
    light.on()
    assert file.read_text() == content


def test_a_directory_in_its_place_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "panel" / "brightness").mkdir(parents=True)
    KernelBacklight(tmp_path).off()
    KernelBacklight(tmp_path).on()


@pytest.mark.e2e
def test_where_there_is_no_backlight_the_server_is_asked(tmp_path: Path) -> None:
    with Screen((320, 240)) as screen:
        x11 = X11(screen.environment["DISPLAY"])
        light = find_light(x11, tmp_path)
        assert isinstance(light, X11Monitor)
        light.off()
        light.on()
        assert x11.screen_size() == (320, 240)
        x11.close()
        backlight(tmp_path, brightness=9)
        assert isinstance(find_light(x11, tmp_path), KernelBacklight)
    assert isinstance(find_light(None, tmp_path), KernelBacklight)
