"""The terminal's own errors, to be turned into words once, by the command."""


class DiskError(Exception):
    """The terminal's disk cannot be used; the text names the file."""


class DamagedError(DiskError):
    """What the disk holds is damaged; nothing was changed, and the next attempt has a disk that was opened anew."""
