"""The small-number guard: the only way from figures to a page, a document or anything else that leaves."""

from dashboard.privacy.beside import Beside, beside
from dashboard.privacy.guard import Guard, guard
from dashboard.privacy.shown import Chosen, Count, Shown

__all__ = ["Beside", "Chosen", "Count", "Guard", "Shown", "beside", "guard"]
