"""Numbers as an operator reads them."""


def many(number: int, word: str) -> str:
    """As `1 sheet` and `2 sheets`."""
    return f"{number:,} {word}{'s' * (number != 1)}"


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
