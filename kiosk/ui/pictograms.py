"""The signs beside the answers and on the screens: strokes on a grid of 24 by 24, distinct without colour.

Each is to be understood by who cannot read: things and people, and a letter only where letters are meant.
"""

from contract.survey import Pictogram

CAMERA_OFF = "camera-off"
MICROPHONE_OFF = "microphone-off"
CHECK = "check"
PAUSE = "pause"
EAR = "ear"
HEARS = "hears"
"""The ear while speech is on."""
APPEARANCE = "appearance"
GLOBE = "globe"
OOPS = "oops"
"""Back to the faces: an arrow turning back around a face that is neither happy nor sad."""
FORWARD = "forward"
LOUDER = "louder"
QUIETER = "quieter"

_CIRCLE = "M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0-21Z"
_EAR = "M6 9.2a6.2 6.2 0 0 1 12.4 0c0 5-4.9 6-5.5 9.6a3.4 3.4 0 0 1-6.6.4"
_INNER_EAR = "M9.4 9.6a2.8 2.8 0 0 1 5.6 0c0 2.5-2.9 2.7-2.9 5"
_SPEAKER = "M2.5 9v6h3.6l5.4 4.6V4.4L6.1 9Z"

STROKES: dict[str, str] = {
    Pictogram.PEOPLE: "M9 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7ZM17 6.6a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4Z"
    "M2.5 20.5V20a6.5 6.5 0 0 1 13 0v.5M17 15.2a4.6 4.6 0 0 1 4.6 4.6v.2",
    Pictogram.HEART: "M13.5 11.2C9.8 8.6 8 6.8 8 4.7A2.8 2.8 0 0 1 13.5 3.8A2.8 2.8 0 0 1 19 4.7"
    "C19 6.8 17.2 8.6 13.5 11.2ZM2 13.5v8.5M2 15h4.2c2.3 0 3 1.6 5.3 1.6h2.6a1.6 1.6 0 0 1 0 3.2H9.8"
    "M14.6 19.3l5.2-3a1.6 1.6 0 0 1 1.7 2.7l-6 3.3H8.5L2 20.6",
    Pictogram.HEALTH: "M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3ZM12 7.5v9M7.5 12h9",
    Pictogram.TALK: "M2.5 3.5h12.5v8.5H8.6L5.5 15.2V12H2.5ZM18 8.5h3.5v8.5h-2.6v3.2L15.6 17H10.5",
    Pictogram.HOUSE: "M3 10.5 12 3l9 7.5V21H3ZM8.2 12.2h6v2.6a3 3 0 0 1-6 0ZM14.2 13h.7a1.3 1.3 0 0 1 0 2.6h-.9",
    Pictogram.CLOCK: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18ZM12 7.2V12l3.4 2.4",
    Pictogram.PERSON: "M12 2.5a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 1 1 0-7.2ZM6 16.5a6 4.3 0 0 1 12 0M2 16.5h20"
    "M4 16.5v5M20 16.5v5",
    Pictogram.CLOSED: "M5.5 21V3h13v18M2.5 21h19M9.3 8.2l5.4 5.4M14.7 8.2l-5.4 5.4",
    Pictogram.LANGUAGE: "M2.5 3.5h19v13h-8.6L8 20.8v-4.3H2.5ZM9.6 8.3a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.4M12 14v.05",
    Pictogram.SHIELD: "M12 2.8 20 5.6v5.6c0 4.9-3.2 8.2-8 10-4.8-1.8-8-5.1-8-10V5.6ZM12 7.8v5M12 16v.05",
    CAMERA_OFF: "M3.5 6.5h11a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 2 16V8"
    "a1.5 1.5 0 0 1 1.5-1.5ZM16 11l5.5-3.2v8.4L16 13M2.5 2.5l19 19",
    MICROPHONE_OFF: "M12 2.5a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0v-6a3 3 0 0 1 3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v4"
    "M2.5 2.5l19 19",
    CHECK: f"{_CIRCLE}M7.5 12.4l3.1 3.2L16.6 9",
    PAUSE: f"{_CIRCLE}M9.5 8.5v7M14.5 8.5v7",
    EAR: _EAR + _INNER_EAR,
    HEARS: "M3 9.2a5.6 5.6 0 0 1 11.2 0c0 5-4.3 6-4.9 9.6a3.2 3.2 0 0 1-6.1.4"
    "M6.1 9.6a2.5 2.5 0 0 1 5 0c0 2.5-2.6 2.7-2.6 5M17 6.2a5 5 0 0 1 0 6M20 3.8a9 9 0 0 1 0 10.8",
    APPEARANCE: "M1.8 18.5 5.6 9l3.8 9.5M3 15.6h5.2M10.6 18.5 16.4 4l5.8 14.5M12.6 13.6h7.6",
    GLOBE: f"{_CIRCLE}M12 1.5c5.6 5.4 5.6 15.6 0 21c-5.6-5.4-5.6-15.6 0-21ZM2.2 8.6h19.6M2.2 15.4h19.6",
    OOPS: "M4.2 7.2a9.3 9.3 0 1 1-1.4 6.4M3.6 2.4l.4 5.2 5.1-.6M9 10.4v.05M15 10.4v.05M8.8 15.6h6.4",
    FORWARD: "M3 12h17M13.5 5.5 20 12l-6.5 6.5",
    LOUDER: f"{_SPEAKER}M18.2 8.2v7.6M14.4 12h7.6",
    QUIETER: f"{_SPEAKER}M14.4 12h7.6",
}


def pictogram_svg(name: str, ink: str, stroke: float = 1.8, *, mirrored: bool = False) -> str:
    """A pictogram as an SVG document; `stroke` is the line's width on the grid of 24."""
    turned = ' transform="translate(24 0) scale(-1 1)"' if mirrored else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{STROKES[name]}"{turned} fill="none" stroke="{ink}" stroke-width="{stroke:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
