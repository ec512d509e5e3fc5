"""How long everything waits here, and how much fits in a message: a tenth of what it is in life, and less."""

from contract.patience import Patience
from kiosk.publisher.dialogue import Pace

PATIENCE = Patience(keepalive=1, soonest=0.1, longest=0.4, connecting=2.0)
CLONES = Patience(keepalive=1, soonest=0.1, longest=2.0, connecting=2.0)
"""Of two that show each other out: each needs time for all that it owes."""
PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Between the collector's attempts at a store that cannot be written to."""
A_DAY = 8.0
"""Between two hellos, where the broker loses what it has acknowledged."""
NEVER = 3600.0
"""Longer than any schedule."""
ROOMS = (1_500, 60_000)
"""Bytes of sheets in one message: with the fewest, a month of them takes several, as a full one does in life."""


def pace(hello: float) -> Pace:
    return Pace(messages=0.03, again=0.4, again_most=5.0, hello=hello)
