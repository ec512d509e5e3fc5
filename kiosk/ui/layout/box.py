"""Rectangles of pixels, and what is done with them: shrunk, mirrored, compared."""

from msgspec import Struct

Size = tuple[int, int]
"""Width and height in pixels."""


class Box(Struct, frozen=True):
    """A rectangle in pixels; (x, y) is its top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def shrunk(self, by: int) -> "Box":
        """The same box with a margin cut off all around."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def split_across(self, count: int, gap: int) -> "tuple[Box, ...]":
        """So many equal boxes side by side, with a gap between them; pixels left over make gaps wider."""
        width = (self.width - (count - 1) * gap) // count
        last = max(1, count - 1)
        return tuple(
            Box(self.x + place * (self.width - width) // last, self.y, width, self.height) for place in range(count)
        )

    def split_down(self, count: int, gap: int) -> "tuple[Box, ...]":
        """So many equal boxes one below the other, with a gap between them."""
        height = (self.height - (count - 1) * gap) // count
        last = max(1, count - 1)
        return tuple(
            Box(self.x, self.y + place * (self.height - height) // last, self.width, height) for place in range(count)
        )

    def mirrored(self, width: int) -> "Box":
        """The box as a mirror shows it on a screen so wide, for languages written from right to left."""
        return Box(width - self.right, self.y, self.width, self.height)
