"""The terminal's own disk does not tell in which order visitors pressed what: who watched the door learns nothing."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from contract.sheets import PROFILES, Vote
from kiosk.moment import Known, Moment, Provisional
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO
from tests.kiosk.samples import TUESDAY, press

VOTES = (Vote(4, "th", "help"), Vote(1, "nb", "wait"), Vote(3, "en"), Vote(2, "th", suspect=True))


def bytes_after(directory: Path, votes: Sequence[Vote], moment: Moment) -> bytes:
    """The file of a terminal at which these visitors were, one after the other, and have left."""
    directory.mkdir()
    file = directory / "tally.db"
    tally = Tally(file, Filing(OSLO, PROFILES["small"]), release=5, machine="machine", new_name=lambda: "installation")
    tally.start()
    for vote in votes:
        press(tally, vote, moment)
        tally.forget_history()
    assert (directory / "tally.db-wal").stat().st_size == 0
    raw = file.read_bytes()
    tally.close()
    return raw


@pytest.mark.parametrize("moment", [TUESDAY, Known(TUESDAY.local.replace(hour=23)), Provisional("boot-1", 7300.0)])
def test_every_order_of_the_same_votes_leaves_the_same_bytes(tmp_path: Path, moment: Moment) -> None:
    """In every corner of the file, those too that SQLite does not use any more."""
    found = {bytes_after(tmp_path / str(n), votes, moment) for n, votes in enumerate(permutations(VOTES))}
    assert len(found) == 1


def test_other_votes_leave_other_bytes(tmp_path: Path) -> None:
    """So that the test above can fail."""
    one = bytes_after(tmp_path / "one", VOTES, TUESDAY)
    assert one != bytes_after(tmp_path / "other", VOTES[:3], TUESDAY)
