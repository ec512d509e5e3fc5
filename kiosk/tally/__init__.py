"""The terminal's tally: running counts on disk, releases, and what is still owed to the collector."""

from kiosk.tally.tally import Tally

__all__ = ["Tally"]
