"""The signs beside the answers and on the screens: strokes on a grid of 24 by 24, distinct without colour."""

from contract.survey import Pictogram

CAMERA_OFF = "camera-off"
MICROPHONE_OFF = "microphone-off"
CHECK = "check"
PAUSE = "pause"

STROKES: dict[str, str] = {
    Pictogram.PEOPLE: "M9 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7ZM17 6.6a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4Z"
    "M2.5 20.5V20a6.5 6.5 0 0 1 13 0v.5M17 15.2a4.6 4.6 0 0 1 4.6 4.6v.2",
    Pictogram.HEART: "M12 20.5C6.5 16.5 3 13 3 8.9A4.6 4.6 0 0 1 12 7.3A4.6 4.6 0 0 1 21 8.9C21 13 17.5 16.5 12 20.5Z",
    Pictogram.HEALTH: "M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3ZM12 7.5v9M7.5 12h9",
    Pictogram.TALK: "M2.5 3.5h12.5v8.5H8.6L5.5 15.2V12H2.5ZM18 8.5h3.5v8.5h-2.6v3.2L15.6 17H10.5",
    Pictogram.HOUSE: "M3 10.5 12 3l9 7.5V21H3ZM9.5 21v-6.5h5V21",
    Pictogram.CLOCK: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18ZM12 7.2V12l3.4 2.4",
    Pictogram.PERSON: "M12 3a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 1 1 0-8.4ZM4 21v-.8a8 6 0 0 1 16 0v.8",
    Pictogram.CLOSED: "M5.5 21V3h13v18M2.5 21h19M9.3 8.2l5.4 5.4M14.7 8.2l-5.4 5.4",
    Pictogram.LANGUAGE: "M2.5 3.5h19v13h-8.6L8 20.8v-4.3H2.5ZM9.6 8.3a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.4M12 14v.05",
    Pictogram.SHIELD: "M12 2.8 20 5.6v5.6c0 4.9-3.2 8.2-8 10-4.8-1.8-8-5.1-8-10V5.6ZM12 7.8v5M12 16v.05",
    CAMERA_OFF: "M3.5 6.5h11a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 2 16V8"
    "a1.5 1.5 0 0 1 1.5-1.5ZM16 11l5.5-3.2v8.4L16 13M2.5 2.5l19 19",
    MICROPHONE_OFF: "M12 2.5a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0v-6a3 3 0 0 1 3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v4"
    "M2.5 2.5l19 19",
    CHECK: "M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0-21ZM7.5 12.4l3.1 3.2L16.6 9",
    PAUSE: "M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0-21ZM9.5 8.5v7M14.5 8.5v7",
}


def pictogram_svg(name: str, ink: str, stroke: float = 1.8) -> str:
    """A pictogram as an SVG document; `stroke` is the line's width on the grid of 24."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{STROKES[name]}" fill="none" stroke="{ink}" stroke-width="{stroke:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
