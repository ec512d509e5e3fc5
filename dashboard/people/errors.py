"""What can go wrong with people; each text is a kind sentence that the pages translate."""


class PeopleError(Exception):
    """The file of people cannot be used; the text names the file and says what to do. For operators, not translated."""


class RefusedChangeError(Exception):
    """What was asked for cannot be taken; the text, which is in the catalogues, says why."""


class BusyError(Exception):
    """Too many passwords are being looked at just now."""


class TooSoonError(Exception):
    """Too many wrong tries: the next one has to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the next try in {seconds:.0f} s")
        self.seconds = seconds
