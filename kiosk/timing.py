"""How long the terminal waits, and for what."""

from msgspec import Struct


class Timing(Struct, frozen=True):
    """Seconds on the monotonic clock. What waits for a visitor waits twice as long while speech is on."""

    debounce: float = 0.3
    """A second touch within this time is the same finger."""
    why: float = 15.0
    """How long the question why waits for an answer."""
    thanks: float = 3.0
    language: float = 20.0
    """How long a session without a face waits for one, and the list of languages for a choice."""
    unavailable: float = 5.0
    """How long the terminal rests after its disk refused a vote."""
    hurry: float = 5.0
    """How long before the end of a waiting time the visitor is told."""
    rotation: float = 3.0
    """How long the idle terminal asks in one language. With infinity it stays with the first."""
    message: float = 6.0
    """How long the idle terminal shows one of the managers' messages."""
