"""Where things are on each screen: pure geometry, in whole pixels from the top left corner, written left to right."""

from kiosk.ui.layout.box import Box, Size
from kiosk.ui.layout.language_boxes import Languages, languages
from kiosk.ui.layout.notice_boxes import thanks, unavailable
from kiosk.ui.layout.panel import Panel
from kiosk.ui.layout.question_boxes import Question, question
from kiosk.ui.layout.why_boxes import Why, why

__all__ = [
    "Box",
    "Languages",
    "Panel",
    "Question",
    "Size",
    "Why",
    "languages",
    "question",
    "thanks",
    "unavailable",
    "why",
]
