"""The alerts in the file of people: what happened where, since when, and who has taken note of it."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from dashboard.noted import noted
from dashboard.people.audit import Act, Audit
from dashboard.people.errors import RefusedChangeError
from dashboard.people.file import PeopleFile
from dashboard.people.roles import Access, Role

COLLECTOR = "_collector"
"""The subject of silence where it is the collector's; a terminal's name cannot begin so."""
SUSPECTS = "suspects"
"""The subject of a burst of suspect votes."""
KEPT = timedelta(days=400)
"""How long what is over stays to be read."""
_NOT_THERE = noted("There is no such alert any more.")
_COLUMNS = "id, kind, place, subject, period, said, since, ended, told, acknowledged, who, comment"
_decode = msgspec.json.Decoder(dict[str, float]).decode


class Kind(StrEnum):
    """What can happen."""

    SILENT = "silent"
    FAULT = "fault"
    QUIET = "quiet"
    UNSATISFIED = "unsatisfied"
    BURST = "burst"
    BEST = "best"
    CERTIFICATE = "certificate"
    DISK = "disk"


Key = tuple[str, str, str, str]
GOES_ON = (Kind.QUIET, Kind.UNSATISFIED)
"""What is the same thing also when it is found in a later period."""


class Happening(Struct, frozen=True):
    """Something that holds now. Of a kind, place and subject there is one at a time."""

    kind: Kind
    place: str
    """Whose readers may know of it; "" are those who see everything."""
    subject: str = ""
    """A terminal, what there is a burst of, or which certificate or disk."""
    period: str = ""
    """The day, week or month that it is about, where it is about one."""
    said: Mapping[str, float] = {}
    """Numbers to tell; the page shows them too."""

    @property
    def key(self) -> Key:
        """What has the same is the same thing, for as long as it lasts."""
        return self.kind, self.place, self.subject, "" if self.kind in GOES_ON else self.period


class Alert(Struct, frozen=True):
    """A happening as it was when it was found, and what became of it. Times have a UTC offset."""

    id: int
    happening: Happening
    since: datetime
    ended: datetime | None
    told: bool
    acknowledged: datetime | None
    who: str
    comment: str


class Alerts:
    """May be used from several threads. Everything raises PeopleError when the file cannot be used."""

    def __init__(self, file: PeopleFile, audit: Audit, clock: Callable[[], float]) -> None:
        self._file = file
        self._audit = audit
        self._clock = clock

    def lasting(self) -> list[Alert]:
        """Those that are not over, the newest first."""
        return self._found("ended IS NULL ORDER BY id DESC")

    def over(self, access: Access, most: int, before: int | None = None) -> list[Alert]:
        """The newest that are over and somebody may see, those older than `before` where it is given."""
        found: list[Alert] = []
        while len(found) < most:
            some = self._found(
                "ended IS NOT NULL AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?", before, before, most
            )
            found += [alert for alert in some if access.may(Role.VIEWER, alert.happening.place)]
            if len(some) < most:
                break
            before = some[-1].id
        return found[:most]

    def lasting_for(self, access: Access) -> list[Alert]:
        """Those that are not over and that somebody may see, the newest first."""
        return [alert for alert in self.lasting() if access.may(Role.VIEWER, alert.happening.place)]

    def untold(self) -> list[Alert]:
        """Those that are still to be sent, the oldest first. What somebody has taken note of need not be."""
        return self._found("told = 0 AND acknowledged IS NULL ORDER BY id")

    def known_periods(self, kind: Kind, place: str, subject: str) -> set[str]:
        """The periods that such alerts were ever about, as far as they are kept."""
        rows = self._file.rows(
            "SELECT period FROM alerts WHERE kind = ? AND place = ? AND subject = ?", (kind, place, subject)
        )
        return {period for (period,) in rows}

    def begin(self, happenings: Iterable[Happening]) -> None:
        """Each is an alert from now on; of one that is an alert already, nothing changes."""
        with self._file.writing() as cursor:
            for one in happenings:
                numbers = msgspec.json.encode(one.said).decode()
                values = (one.kind, one.place, one.subject, one.period, numbers, self._now())
                cursor.execute(
                    "INSERT INTO alerts (kind, place, subject, period, said, since) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    values,
                )

    def end(self, alerts: Iterable[Alert]) -> None:
        """They are over; and what has long been over goes."""
        forgotten = datetime.fromtimestamp(self._clock(), UTC) - KEPT
        with self._file.writing() as cursor:
            for alert in alerts:
                cursor.execute("UPDATE alerts SET ended = ? WHERE id = ?", (self._now(), alert.id))
            cursor.execute("DELETE FROM alerts WHERE ended < ?", (forgotten.isoformat(timespec="minutes"),))

    def note_told(self, alerts: Iterable[Alert]) -> None:
        with self._file.writing() as cursor:
            cursor.executemany("UPDATE alerts SET told = 1 WHERE id = ?", [(alert.id,) for alert in alerts])

    def forget(self, year: int) -> int:
        """Those of the years before this one go, and leave no trace in the file: how many there were."""
        with self._file.writing() as cursor:
            cursor.execute(
                "DELETE FROM alerts WHERE since < ? OR (period <> '' AND period < ?)", (f"{year}", f"{year}")
            )
            deleted = cursor.rowcount
        self._file.forget_history()
        return deleted

    def acknowledge(self, access: Access, alert: int, comment: str, *, by: str) -> None:
        """A manager of its place has seen it, and may say something. The first who did stays; the comment is the last.

        Raises RefusedChangeError where there is none that this is somebody's to do with.
        """
        with self._file.writing() as cursor:
            row = cursor.execute(f"SELECT {_COLUMNS} FROM alerts WHERE id = ?", (alert,)).fetchone()  # noqa: S608
            found = _alert(row) if row else None
            if found is None or not access.may(Role.MANAGER, found.happening.place):
                raise RefusedChangeError(_NOT_THERE)
            self._acknowledge(cursor, found, comment, by)

    def _acknowledge(self, cursor: sqlite3.Cursor, alert: Alert, comment: str, by: str) -> None:
        cursor.execute(
            "UPDATE alerts SET comment = ?, who = CASE WHEN acknowledged IS NULL THEN ? ELSE who END,"
            " acknowledged = coalesce(acknowledged, ?) WHERE id = ?",
            (comment, by, self._now(), alert.id),
        )
        happening = alert.happening
        detail = " ".join(filter(None, (happening.kind, happening.subject, happening.period)))
        self._audit.note(cursor, by, Act.ACKNOWLEDGED, place=happening.place, detail=detail)

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="minutes")

    def _found(self, condition: str, *values: object) -> list[Alert]:
        rows = self._file.rows(f"SELECT {_COLUMNS} FROM alerts WHERE {condition}", values)  # noqa: S608
        return [_alert(row) for row in rows]


def _alert(row: Sequence[object]) -> Alert:
    number, kind, place, subject, period, said, since, ended, told, acknowledged, who, comment = row
    return Alert(
        id=int(str(number)),
        happening=Happening(Kind(str(kind)), str(place), str(subject), str(period), _decode(str(said))),
        since=datetime.fromisoformat(str(since)),
        ended=_moment(ended),
        told=bool(told),
        acknowledged=_moment(acknowledged),
        who=str(who),
        comment=str(comment),
    )


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
