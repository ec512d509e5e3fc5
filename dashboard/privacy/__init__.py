"""The small-number guard: the only way from figures to a page, a document or anything else that leaves."""

from dashboard.privacy.guard import Guard, guard
from dashboard.privacy.shown import Count, Shown

__all__ = ["Count", "Guard", "Shown", "guard"]
