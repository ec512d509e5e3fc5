"""How long either end of the wire waits for its broker."""

from msgspec import Struct


class Patience(Struct, frozen=True):
    """Seconds. A broker that froze is missed after about twice the `keepalive`."""

    keepalive: int = 30
    soonest: float = 1.0
    """Between the first two attempts to connect; each pause after is twice the one before."""
    longest: float = 30.0
    """The pause that is not exceeded."""
    connecting: float = 5.0
    """In which an attempt must succeed."""
