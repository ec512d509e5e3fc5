"""The error that the command turns into one sentence for a person."""


class Problem(Exception):  # noqa: N818 - it is read aloud, not caught
    """Something is wrong that the operator can mend; the text says what and how."""
