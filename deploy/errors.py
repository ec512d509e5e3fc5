"""The error that the command turns into one sentence for a person."""


class Problem(Exception):  # noqa: N818 - it is read aloud, not caught
    """Something is wrong that the operator can mend; the text says what and how."""


LONGEST = 300


def short(text: str) -> str:
    """What stands in a file and is wrong, so that a sentence about it stays one."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
