"""The names of things: terminals, installations, surveys, languages and answers."""

from typing import Annotated

from msgspec import Meta

TERMINAL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PLACE = rf"{TERMINAL}(?:/{TERMINAL})*"
LANGUAGE = r"[a-z]{2,3}"
OPTION = r"[a-z][a-z0-9_]{0,30}"

TerminalId = Annotated[str, Meta(pattern=rf"^{TERMINAL}$(?!\n)", description="Slug of one terminal, as `stua-1`.")]
InstallationId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9-]{8,64}$(?!\n)",
        description="One life of a terminal's disk; 8 to 64 of a-z, 0-9 and '-', never used again.",
    ),
]
SurveyId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9-]{0,62}@[1-9][0-9]{0,8}$(?!\n)",
        description="Survey and version, as `visit@3`.",
    ),
]
Place = Annotated[
    str, Meta(pattern=rf"^{PLACE}$(?!\n)", max_length=255, description="Path of a place, as `oslo/pro/stua`.")
]
Language = Annotated[str, Meta(pattern=rf"^{LANGUAGE}$(?!\n)", description="ISO 639 code, as `nb`.")]
OptionId = Annotated[str, Meta(pattern=rf"^{OPTION}$(?!\n)", description="One answer of a survey, as `help`.")]

NONE = "none"
"""The answer of a visitor who gave a face and no reason."""
