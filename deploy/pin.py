"""`fjes pin`: asks for the staff's PIN twice, unseen, and keeps only its hash."""

import warnings
from collections.abc import Callable
from getpass import GetPassWarning, getpass

from deploy.configuration import Configuration
from deploy.errors import Problem
from kiosk.staff.pin import PinError, check_new_pin, write_pin


def run_pin(configuration: Configuration, ask: Callable[[str], str] = getpass) -> None:
    """Writes the file of `terminal.staff_pin`. `ask` shows a prompt and returns what is typed. Raises Problem."""
    if not configuration.settings.terminal.staff_pin:
        raise Problem(
            "terminal.staff_pin is empty, so there is no staff corner; name a file for the PIN's hash, "
            'as staff_pin = "staff-pin" under [terminal] in fjes.toml'
        )
    file = configuration.path(configuration.settings.terminal.staff_pin)
    try:
        pin = _ask_unseen(ask, "New PIN for the staff, 4 to 12 digits: ")
        check_new_pin(pin)
        if _ask_unseen(ask, "The same once more: ") != pin:
            raise Problem("the two were not the same; nothing was changed")
        write_pin(file, pin)
    except PinError as error:
        raise Problem(f"{error}; nothing was changed") from error
    except OSError as error:
        raise Problem(f"terminal.staff_pin {file}: {error.strerror}; nothing was changed") from error
    print(f"The PIN is set. Its hash is in {file}, which only this user can read; the terminal must run as the same.")


def _ask_unseen(ask: Callable[[str], str], prompt: str) -> str:
    """Raises Problem where what is typed would be seen, or nothing comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return ask(prompt).strip()
        except GetPassWarning as error:
            raise Problem("what you type would be seen here; run fjes pin at a terminal") from error
        except EOFError as error:
            raise Problem("no PIN was typed; nothing was changed") from error
