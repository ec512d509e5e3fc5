"""How long everything waits here: a tenth of what it does in life, and less."""

from contract.patience import Patience
from kiosk.publisher.dialogue import Pace

PATIENCE = Patience(keepalive=1, soonest=0.1, longest=0.4, connecting=2.0)
PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Between the collector's attempts at a store that cannot be written to."""
A_DAY = 3.0
"""Between two hellos, where the broker loses what it has acknowledged."""
NEVER = 3600.0
"""Longer than any schedule."""


def pace(hello: float) -> Pace:
    return Pace(messages=0.03, again=0.3, again_most=1.5, hello=hello)
