"""Mails each report to who asked for it, when its period is over; whether they may have it is looked at then."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

from contract.errors import RefusedError
from contract.periods import Granularity, Period
from dashboard.address import Address
from dashboard.people.book import People
from dashboard.people.mailings import Mailing
from dashboard.people.person import Person
from dashboard.people.roles import Role
from dashboard.places import UnknownPlaceError
from dashboard.reports.making import MEDIA_TYPES, Form, Reports, written
from dashboard.reports.postbox import HandIn, Postbox
from dashboard.reports.sentences import section

WAIT = timedelta(days=1, hours=6)
"""After the end of a period: terminals that were off in the night have told what they held back by then."""
MAILINGS = "/me/mail"
"""The page on which people ask for reports, and stop them."""
_WHAT = "report.pdf (mail)"


def last_over(length: Granularity, now: datetime) -> Period:
    """The newest period of this length whose report may be mailed at `now` (naive, local)."""
    return Period.of(length, now - WAIT).previous()


class Mail:
    """What is due, and sending it. `now` tells local civil time; `page` is what people type to reach the page."""

    def __init__(
        self, reports: Reports, people: People, postbox: Postbox, *, now: Callable[[], datetime], page: str
    ) -> None:
        self._reports = reports
        self._people = people
        self._postbox = postbox
        self._now = now
        self._page = page

    def of(self, person: Person) -> Sequence[Mailing]:
        """What somebody has asked for. Raises PeopleError."""
        return self._people.mailings.of(person.id)

    def begin(self, person: Person, place: str, length: Granularity, language: str, email: str) -> None:
        """Somebody asks for the reports of the periods that are over from now on; of a place that is "", of all.

        Raises RefusedChangeError and PeopleError.
        """
        sent = str(last_over(length, self._now()))
        self._people.mailings.ask(Mailing(0, person.id, place, length, language, email, sent))

    def send_due(self) -> int:
        """Sends what is due and was not sent yet: how many. Each is noted after it was sent.

        Raises PostboxError, StoreError and PeopleError; asking again later sends the rest. Of a mail that the server
        took without its answer being heard, two come.
        """
        due = self._due()
        if not due:
            return 0
        with self._postbox.open() as hand_in:
            return sum(self._send(mailing, period, hand_in) for mailing, period in due)

    def _due(self) -> Sequence[tuple[Mailing, Period]]:
        now = self._now()
        mailings = [(one, last_over(Granularity(one.length), now)) for one in self._people.mailings.all()]
        return [(mailing, period) for mailing, period in mailings if period.start > Period.parse(mailing.sent).start]

    def _send(self, mailing: Mailing, period: Period, hand_in: HandIn) -> bool:
        """Whether it was sent. What nobody may have, or a place that is no more, is not tried again."""
        person = self._people.find(mailing.person)
        message = self._message(mailing, period) if person and _may_have(person, mailing) else None
        if person and message:
            self._people.audit.exported(person.name, _WHAT, mailing.place, str(period))
        taken = message is not None and hand_in(message)
        self._people.mailings.note_sent(mailing, str(period))
        return taken

    def _message(self, mailing: Mailing, period: Period) -> EmailMessage | None:
        address = Address(period, mailing.place or None, mailing.language)
        try:
            report = self._reports.report(address)
        except (UnknownPlaceError, RefusedError):
            return None
        made = written(report, Form.PDF)
        words = report.words
        stop = Address(language=words.language, path=MAILINGS).href()
        told = [
            *section(report),
            words.say("The report is attached. The same on the page: {address}", address=self._page + address.href()),
            words.say("You asked for this mail; here you can stop it: {address}", address=self._page + stop),
        ]
        message = EmailMessage()
        message["To"] = mailing.email
        message["Subject"] = f"{report.title}: {report.period}, {report.place}"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join(told) + "\n")
        kind, _, subtype = MEDIA_TYPES[Form.PDF].partition("/")
        message.add_attachment(made.content, maintype=kind, subtype=subtype, filename=made.name)
        return message


def _may_have(person: Person, mailing: Mailing) -> bool:
    return not person.must_change and person.access.may(Role.MANAGER, mailing.place)
