"""Sends alerts to the addresses that the settings name: each once, not at night, and again where it did not arrive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from contract.opening import Hours
from dashboard.address import Address
from dashboard.alerts.told import ALERTS, name, sentence
from dashboard.people.alerts import Alert, Alerts, Kind
from dashboard.places import lies_in
from dashboard.wording import Words

Send = Callable[[str, str], bool]
"""Sends a title and a text: whether it was taken. Raises nothing."""
AGAIN = timedelta(minutes=1)
"""After what did not arrive; each time twice as long, up to an hour."""
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP = timedelta(days=2)
"""After that, an alert is no news."""
MOST_LINES = 10
"""Alerts that are told one by one, when many come at once."""
_log = structlog.get_logger("dashboard")


@dataclass(frozen=True)
class Recipient:
    """An address, and what it wants to know: of a place and all that lies in it, and of some kinds or of all."""

    number: int
    """Its line in the file of addresses, which is all that may be said of it."""
    send: Send
    place: str = ""
    kinds: frozenset[Kind] = frozenset(Kind)

    def wants(self, alert: Alert) -> bool:
        return alert.happening.kind in self.kinds and lies_in(alert.happening.place, self.place or None)


@dataclass
class _Tries:
    failed: int = 0
    after: datetime | None = None
    """Aware."""


@dataclass
class Post:
    """`page` is what people type to reach the page. What it remembers is for a run; after a restart, of what one
    address took and another did not, the first gets two.
    """

    recipients: Sequence[Recipient]
    words: Words
    page: str
    quiet: Hours | None = None
    """When nothing is sent; what comes meanwhile is sent after."""
    _sent: set[tuple[int, int]] = field(default_factory=set)
    _tries: dict[int, _Tries] = field(default_factory=dict)

    def send(self, alerts: Alerts, moment: datetime, local: datetime) -> None:
        """Sends what was not sent yet, at a moment (aware) that is this local civil time. Raises PeopleError."""
        if self.quiet and self.quiet.hold(local.weekday(), 60 * local.hour + local.minute):
            return
        waiting = alerts.untold()
        for recipient in self.recipients:
            self._send(recipient, waiting, moment)
        done = [alert for alert in waiting if self._is_done(alert, moment)]
        if done:
            alerts.note_told(done)
            gone = {alert.id for alert in done}
            self._sent = {one for one in self._sent if one[0] not in gone}

    def _send(self, recipient: Recipient, waiting: Iterable[Alert], moment: datetime) -> None:
        mine = [one for one in waiting if recipient.wants(one) and (one.id, recipient.number) not in self._sent]
        tries = self._tries.setdefault(recipient.number, _Tries())
        if not mine or (tries.after and moment < tries.after):
            return
        if recipient.send(*self._letter(mine)):
            self._sent |= {(alert.id, recipient.number) for alert in mine}
            self._tries[recipient.number] = _Tries()
            return
        wait = min(AGAIN * 2**tries.failed, LONGEST_WAIT)
        self._tries[recipient.number] = _Tries(tries.failed + 1, moment + wait)
        _log.warning("an alert was not taken", line=recipient.number, again_in_minutes=int(wait.total_seconds() / 60))

    def _is_done(self, alert: Alert, moment: datetime) -> bool:
        missing = [
            one.number for one in self.recipients if one.wants(alert) and (alert.id, one.number) not in self._sent
        ]
        if missing and moment - alert.since >= GIVE_UP:
            _log.error("an alert is given up", lines=missing, mend="look at alerts.addresses_file")
        return not missing or moment - alert.since >= GIVE_UP

    def _letter(self, alerts: Sequence[Alert]) -> tuple[str, str]:
        """Title and text."""
        many = self.words.say_many("{n} alert", "{n} alerts", len(alerts))
        title = name(alerts[0].happening, self.words) if len(alerts) == 1 else many
        lines = [self._line(alert) for alert in alerts[:MOST_LINES]]
        if more := len(alerts) - MOST_LINES:
            lines += [self.words.say("And {n} more.", n=self.words.number(more))] if more > 0 else []
        lines.append(self.page + Address(language=self.words.language, path=ALERTS).href())
        return f"fjes: {title}", "\n\n".join(lines)

    def _line(self, alert: Alert) -> str:
        text = sentence(alert.happening, self.words)
        over = self.words.say("It is over already.")
        return f"{text} {over}" if alert.ended else text
