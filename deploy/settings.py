"""The settings: one file, `fjes.toml`, one section per role. The types below are the documented table."""

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta, Struct, field

from contract.ids import Language, TerminalId
from contract.opening import Hours
from contract.periods import Granularity
from contract.sheets import HOLD, PROFILES, RELEASE, Table
from contract.survey import MESSAGES, Text
from kiosk.play import Rules
from locales.catalogue import languages

Port = Annotated[int, Meta(ge=1, le=65535)]
Stretch = Literal["hour", "day", "month"]


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of the file; a key that is not below stops the start."""


class OpenHours(Section, frozen=True):
    days: Annotated[
        str,
        Meta(
            description="When the place is open, one `[[site.opening]]` for each time of day; always, where there is "
            "none. The days of the week, as `mon-fri` or `mon,wed,sat-sun`."
        ),
    ]
    open: Annotated[str, Meta(description="Local time, as `09:00`.")]
    close: Annotated[
        str, Meta(description="Local time, as `16:00`, at most `24:00`; before `open` it is the next day's.")
    ]

    def __post_init__(self) -> None:
        _ = self.hours

    @property
    def hours(self) -> Hours:
        return Hours.parse(self.days, self.open, self.close)


class Site(Section, frozen=True):
    timezone: Annotated[str, Meta(description="Time zone of the place, as `Europe/Oslo`.")] = "Europe/Oslo"
    languages: Annotated[
        tuple[Language, ...],
        Meta(min_length=1, max_length=10, description="Languages on the terminal; the first is the default."),
    ] = ("nb", "en", "es", "ro", "bg", "th")
    survey: Annotated[str, Meta(description="Survey file to show; empty for the one that comes with fjes.")] = ""
    messages: Annotated[
        tuple[Text, ...],
        Meta(
            max_length=MESSAGES,
            description='"You said, we did": up to three short texts for visitors, one `[[site.messages]]` each, with '
            'a text per language: `en = "…"`.',
        ),
    ] = ()
    messages_aloud: Annotated[
        bool,
        Meta(description="Whether messages are also spoken into the room as they are shown; else by the ear only."),
    ] = False
    voices: Annotated[
        str, Meta(description="Directory of the site's own recordings; empty for those that come with fjes.")
    ] = ""
    opening: Annotated[tuple[OpenHours, ...], Meta(max_length=50, description="When the place is open.")] = ()

    def __post_init__(self) -> None:
        if self.timezone not in available_timezones():
            raise ValueError(f"timezone {self.timezone!r} is not known; expected a name as Europe/Oslo")
        for language in (*self.languages, *(language for text in self.messages for language in text)):
            if language not in languages("kiosk"):
                raise ValueError(
                    f"language {language!r} is not known; expected some of {', '.join(languages('kiosk'))}"
                )
        if len(set(self.languages)) < len(self.languages):
            raise ValueError(f"languages {', '.join(self.languages)} has one of them twice; expected each once")
        for number, text in enumerate(self.messages, 1):
            if not text:
                raise ValueError(f'the message number {number} is empty; expected a text per language, as en = "…"')


class Broker(Section, frozen=True):
    host: Annotated[str, Meta(min_length=1, description="Where the MQTT broker is.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Its port.")] = 1883
    ca: Annotated[
        str,
        Meta(
            description="File with the certificate of the authority that vouches for the broker; with it, the "
            "connection is TLS. Empty for plain text, to this machine only."
        ),
    ] = ""
    user: Annotated[
        str, Meta(max_length=64, description="Name to sign on with: a terminal's own, or `_collector`; empty for none.")
    ] = ""
    password: Annotated[str, Meta(description="File with the password to it.")] = ""
    directory: Annotated[
        str, Meta(min_length=1, description="Where `fjes broker` and `fjes terminal` keep the broker's own files.")
    ] = "broker"


class Periods(Section, frozen=True):
    faces: Annotated[Stretch | None, Meta(description="Period of the table `faces`: hour, day or month.")] = None
    pattern: Annotated[Stretch | None, Meta(description="Period of the table `pattern`.")] = None
    answers: Annotated[Stretch | None, Meta(description="Period of the table `answers`.")] = None
    languages: Annotated[Stretch | None, Meta(description="Period of the table `languages`.")] = None
    suspect: Annotated[Stretch | None, Meta(description="Period of the table `suspect`.")] = None


class Privacy(Section, frozen=True):
    profile: Annotated[
        Literal["small", "busy"],
        Meta(description="`small` for a service with a handful of votes a day, `busy` for an airport."),
    ] = "small"
    release: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        Meta(description="Votes that gather before a release; by default the profile's, 5 or 1."),
    ] = None
    hold: Annotated[
        tuple[Literal["pattern", "answers", "languages"], ...] | None,
        Meta(
            description="Tables that leave the terminal by score alone until their period is over, and for ever where "
            "fewer votes came than gather for a release; by default all three in `small`, none in `busy`. A listener "
            "at the broker who knows when each visitor came then learns no more than each group's scores."
        ),
    ] = None
    smallest: Annotated[int, Meta(ge=3, le=100, description="Numbers from 1 to below this are hidden on the page.")] = 5
    periods: Periods = field(default_factory=Periods)

    @property
    def granularities(self) -> dict[Table, Granularity]:
        """The period of each table: the profile's, but where one is set."""
        own = {Table(name): Granularity(value) for name, value in msgspec.structs.asdict(self.periods).items() if value}
        return {**PROFILES[self.profile], **own}

    @property
    def held(self) -> tuple[Table, ...]:
        """The tables that are told by score alone until the end of their period."""
        return HOLD[self.profile] if self.hold is None else tuple(Table(name) for name in self.hold)

    @property
    def votes_to_release(self) -> int:
        return self.release or RELEASE[self.profile]


class Terminal(Section, frozen=True):
    id: Annotated[TerminalId, Meta(description="Name of this terminal: a-z, 0-9 and '-'.")] = "terminal-1"
    data: Annotated[str, Meta(min_length=1, description="Directory of this terminal's disk state.")] = "terminal"
    window: Annotated[
        str, Meta(pattern=r"^(fullscreen|[1-9][0-9]{2,4}x[1-9][0-9]{2,4})$", description="`fullscreen`, or `1280x800`.")
    ] = "fullscreen"
    keep_days: Annotated[
        int, Meta(ge=1, le=3650, description="Days that acknowledged sheets are kept after their month.")
    ] = 40
    clock: Annotated[
        Literal["auto", "trusted"],
        Meta(description="`trusted` when the time of day is right at every start for a reason fjes cannot see."),
    ] = "auto"
    inches: Annotated[
        Annotated[float, Meta(ge=4, le=100)] | None,
        Meta(description="Diagonal of the screen, so that targets are large enough; by default what is usual."),
    ] = None
    reach: Annotated[
        Literal["normal", "low"],
        Meta(description="`low` keeps all that is touched in the screen's lower part, for wheelchairs and children."),
    ] = "normal"
    volume: Annotated[int, Meta(ge=1, le=5, description="Loudness of speech for each new visitor, 1 to 5.")] = 3
    staff_pin: Annotated[
        str, Meta(description="File with the hash of the staff's PIN; empty when there is no staff corner.")
    ] = ""
    play: Rules = field(default_factory=Rules)

    @property
    def size(self) -> tuple[int, int] | None:
        """Pixels of the window; None for the full screen."""
        if self.window == "fullscreen":
            return None
        width, height = map(int, self.window.split("x"))
        return width, height


class Collector(Section, frozen=True):
    store: Annotated[str, Meta(min_length=1, description="SQLite file of the store.")] = "fjes.db"
    published: Annotated[
        str,
        Meta(min_length=1, description="SQLite file of what the page and `fjes survey` have published to terminals."),
    ] = "fjes-published.db"
    client_id: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            description="Name at the broker; another one for a second collector. Where there is a `broker.user`, the "
            "broker takes that.",
        ),
    ] = "fjes-collector"
    surveys: Annotated[
        tuple[str, ...], Meta(description="Survey files of other versions whose sheets are still to be accepted.")
    ] = ()
    backups: Annotated[str, Meta(min_length=1, description="Directory that `fjes backup` writes to.")] = "backups"
    keep_backups: Annotated[
        int, Meta(ge=1, le=10_000, description="Backups that stay there; older ones are removed after a good new one.")
    ] = 30
    metrics_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="Port on 127.0.0.1 where Prometheus may read how the collector is; 0 for none. Another one for "
            "a second collector.",
        ),
    ] = 0


class OpenId(Section, frozen=True):
    issuer: Annotated[
        str, Meta(description="Address of the provider that people may also sign in with, OpenID Connect; empty: none.")
    ] = ""
    client_id: Annotated[str, Meta(description="What the provider calls this page.")] = ""
    client_secret: Annotated[
        str,
        Meta(description="File with the secret from the provider, for nobody else to read; empty for a public client."),
    ] = ""

    def __post_init__(self) -> None:
        if self.issuer and not self.client_id:
            raise ValueError("client_id is empty; expected what the provider calls this page")
        if self.issuer and not is_safe_address(self.issuer):
            raise ValueError(f"issuer {self.issuer!r} is not safe; expected an address that begins with https://")


class Dashboard(Section, frozen=True):
    host: Annotated[str, Meta(min_length=1, description="Address that the page is served on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Its port.")] = 8000
    address: Annotated[
        str,
        Meta(description="What people type to reach the page, as `https://fjes.example.org`; empty on this machine."),
    ] = ""
    sign_in: Annotated[
        bool, Meta(description="Whether the page asks who is there; `false` only where the host is this machine alone.")
    ] = True
    people: Annotated[
        str, Meta(min_length=1, description="SQLite file of the people who may sign in, and of the audit log.")
    ] = "fjes-people.db"
    openid: OpenId = field(default_factory=OpenId)

    def __post_init__(self) -> None:
        if self.address and not (is_safe_address(self.address) and urlsplit(self.address).path in ("", "/")):
            raise ValueError(
                f"address {self.address!r} is not one to sign in at; expected https:// and a name, without a path"
            )
        for key, host in (("host", self.host), ("address", urlsplit(self.address).hostname)):
            if not self.sign_in and host and not is_loopback(host):
                raise ValueError(
                    f"sign_in is false, but {key} {host!r} can be reached by others; expected sign_in = true"
                )


class Mail(Section, frozen=True):
    host: Annotated[str, Meta(description="Mail server that reports are handed in to (SMTP); empty for no mail.")] = ""
    port: Annotated[Port, Meta(description="Its port.")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(description="How it is spoken to; `none` only where it is this machine itself."),
    ] = "starttls"
    user: Annotated[str, Meta(max_length=255, description="Name to sign on with; empty for none.")] = ""
    password: Annotated[str, Meta(description="File with the password to it.")] = ""
    sender: Annotated[str, Meta(max_length=254, description="Address that mails come from, as `fjes@example.org`.")] = (
        ""
    )

    def __post_init__(self) -> None:
        if self.host and "@" not in self.sender.strip("@"):
            raise ValueError(f"sender {self.sender!r} is no e-mail address; expected what mails come from")
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError(f"security is 'none', but host {self.host!r} is another machine; expected starttls or tls")
        if bool(self.user) != bool(self.password):
            raise ValueError("to sign on takes both user and password; expected both or none")


class Alerts(Section, frozen=True):
    addresses_file: Annotated[
        str,
        Meta(
            description="File with the addresses that alerts are sent to by mail, chat or push, one a line as apprise "
            "writes them (`ntfys://ntfy.sh/our-topic`), each with `place=oslo/pro` and `kinds=silent,disk` after it "
            "where it is not for all; empty where the page alone tells them."
        ),
    ] = ""
    quiet: Annotated[
        str,
        Meta(description="Local times between which none is sent, as `20:00-07:00`; they come after it."),
    ] = ""

    def __post_init__(self) -> None:
        _ = self.quiet_hours

    @property
    def quiet_hours(self) -> Hours | None:
        begin, _, end = self.quiet.partition("-")
        try:
            return Hours.parse("mon-sun", begin.strip(), end.strip()) if self.quiet else None
        except ValueError as error:
            raise ValueError(f"quiet {self.quiet!r} has no meaning; expected two times, as 20:00-07:00") from error


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches it."""
    try:
        return host.removesuffix(".") == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_safe_address(address: str) -> bool:
    """Whether it is of the web and nobody on the way can read along: https, or on this machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or plain) and not (parts.username or parts.query)


class Settings(Section, frozen=True):
    """All sections of the file."""

    site: Site = field(default_factory=Site)
    broker: Broker = field(default_factory=Broker)
    privacy: Privacy = field(default_factory=Privacy)
    terminal: Terminal = field(default_factory=Terminal)
    collector: Collector = field(default_factory=Collector)
    dashboard: Dashboard = field(default_factory=Dashboard)
    mail: Mail = field(default_factory=Mail)
    alerts: Alerts = field(default_factory=Alerts)
