"""The terminal's side of the wire: says hello, sends what is owed, takes acknowledgements."""

from kiosk.publisher.publisher import Publisher

__all__ = ["Publisher"]
