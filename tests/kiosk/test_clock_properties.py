"""Rule 6 over machines that lose their time, jump and start again: each vote is where it belongs, once, for ever.

The real clock, session, recorder and tally on a kernel that the test is. Every visitor votes in a survey of their
own, so that the store tells for each where their vote came to be; what is expected is worked out beside it.
"""

import itertools
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from contract.messages import Revisions, revisions_of
from contract.periods import Granularity, Period
from contract.sheets import CROSSINGS, PROFILES, RELEASE, Sheet, Table
from kiosk.clock_file import ClockFile
from kiosk.moment import Known
from kiosk.recording import TallyRecorder
from kiosk.session import Screen, Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO
from tests.fakes.executor import FakeExecutor
from tests.kiosk.kernel import Kernel

SURVEY = default_survey()
COUNTED = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
NIGHTS = [
    datetime(2026, 3, 28, 22, 50, tzinfo=UTC),  # before midnight, and before the clock is put forward
    datetime(2026, 10, 24, 21, 40, tzinfo=UTC),  # and back
    datetime(2026, 3, 31, 21, 50, tzinfo=UTC),  # a month's end
    datetime(2027, 10, 30, 22, tzinfo=UTC),  # both together
]
SECONDS = st.sampled_from([1.0, 40.0, 1700.0, 3600.0, 5 * 3600.0, 20 * 3600.0, 26 * 3600.0, 9 * 24 * 3600.0])
HOUR = timedelta(hours=1)
KEEPS = timedelta(days=30)
"""A backup that is older may lack what the terminal has forgotten: rule 3."""
Key = tuple[str, str, Table, str]


class At(NamedTuple):
    """Where a vote belongs: somewhere from `start` to `end` (aware)."""

    start: datetime
    end: datetime
    estimated: bool = False
    about: datetime | None = None
    """To the hour, where a table has hours."""


class Waiting(NamedTuple):
    """A vote that nobody can place yet: counted so many seconds after the start of a boot."""

    boot: str
    seconds: float


class Clocks(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.surveys = itertools.count(1)
        self.places: dict[str, At | Waiting] = {}
        self.scores: dict[str, int] = {}
        self.store: dict[Key, Sheet] = {}
        self.backup: tuple[datetime, dict[Key, Sheet]] | None = None
        self.last_hour: datetime | None = None
        self.began: datetime | None = None
        self.session: Session | None = None
        self.survey = ""

    @initialize(
        night=st.sampled_from(NIGHTS),
        keeps=st.booleans(),
        profile=st.sampled_from(["small", "busy"]),
        hold=st.booleans(),
    )
    def begin(self, night: datetime, keeps: bool, profile: str, hold: bool) -> None:
        self.kernel = Kernel(night, keeps_time=keeps)
        self.periods = PROFILES[profile]
        self.tally = Tally(
            self.directory / "tally.db",
            Filing(OSLO, self.periods),
            release=RELEASE[profile],
            machine="machine",
            hold=CROSSINGS if hold else (),
        )
        self.start()

    def start(self) -> None:
        """A process of the terminal."""
        self.file = ClockFile(self.directory / "clock.json")
        self.clock = self.kernel.clock(self.file.load())
        self.tally.start()
        self.recorder = TallyRecorder(self.tally, self.clock, recorded=self.recorded, released=lambda: None)
        self.recorder._thread = FakeExecutor()  # type: ignore[assignment]
        self.session = None
        self.hello()

    def recorded(self, ok: bool) -> None:
        assert ok
        assert self.session
        self.session.recorded(ok)

    # what the terminal can know, worked out apart from it

    def look(self) -> None:
        """The terminal looks at its clock: may it be trusted from now on?"""
        kernel = self.kernel
        in_range = 2000 < kernel.says.year < 2199
        behind = self.last_hour is not None and kernel.says < self.last_hour and not kernel.synchronised
        if self.began is None and kernel.trustworthy() and in_range and not behind:
            self.began = kernel.says - timedelta(seconds=kernel.up)

    def now(self) -> datetime:
        """By a clock that is trusted."""
        assert self.began
        in_range = 2000 < self.kernel.says.year < 2199
        return self.kernel.says if in_range else self.began + timedelta(seconds=self.kernel.up)

    def settle(self) -> None:
        """What waits finds its place, if anything is known."""
        for survey, place in self.places.items():
            if not isinstance(place, Waiting):
                continue
            if place.boot != self.kernel.boot_id:
                if at := self.last_hour or self.began:
                    self.places[survey] = At(at, at, estimated=True)
            elif self.began:
                voted = self.began + timedelta(seconds=place.seconds)
                end = max(voted, min(self.now(), voted + timedelta(days=1)))
                self.places[survey] = At(voted - timedelta(days=1), end, about=voted)

    # visitors

    @precondition(lambda self: self.session is None)
    @rule(score=st.integers(1, 4))
    def somebody_votes(self, score: int) -> None:
        self.survey = f"visit@{next(self.surveys)}"
        self.look()
        if self.began:
            self.places[self.survey] = At(self.now(), self.now())
        else:
            self.places[self.survey] = Waiting(self.kernel.boot_id, self.kernel.up)
        survey = replace(SURVEY, id=self.survey)
        up = lambda: self.kernel.up  # noqa: E731
        self.session = Session(survey, ("nb", "th"), self.recorder, up, self.clock.moment)
        self.face(score)

    @precondition(lambda self: self.session is not None)
    @rule(score=st.integers(1, 4))
    def and_has_another_mind(self, score: int) -> None:
        self.pass_for_the_visitor(1.0)
        self.face(score)
        self.look()

    @precondition(lambda self: self.session is not None)
    @rule()
    def and_leaves(self) -> None:
        while self.session and self.session.view.screen is not Screen.QUESTION:
            self.pass_for_the_visitor(16.0)
        self.session = None
        self.look()  # as it does to find out whether the day is over

    def face(self, score: int) -> None:
        assert self.session
        self.session.choose_face(score)
        if self.session.view.score == score:
            self.scores[self.survey] = score

    def pass_for_the_visitor(self, seconds: float) -> None:
        self.kernel.passes(seconds)
        assert self.session
        self.session.tick()

    # time, and those who set it

    @precondition(lambda self: self.session is None)
    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.kernel.passes(seconds)

    @rule()
    def a_time_service_comes(self) -> None:
        self.kernel.synchronise()

    @rule()
    def and_is_lost_again(self) -> None:
        self.kernel.synchronised = False

    @rule(years=st.integers(-80, 190).filter(bool))
    def the_clock_jumps_by_years(self, years: int) -> None:
        self.kernel.set(self.kernel.says + timedelta(days=365.25) * years)

    @rule(minutes=st.sampled_from([-2 * 24 * 60, -61, -5, 5, 61, 2 * 24 * 60]))
    def the_clock_is_set(self, minutes: int) -> None:
        self.kernel.set(self.kernel.says + timedelta(minutes=minutes))

    @rule()
    def the_clock_falls_back_to_the_beginning(self) -> None:
        self.kernel.set(datetime(1970, 1, 1, tzinfo=UTC))

    # the terminal's days

    @rule()
    def it_ticks(self) -> None:
        self.look()
        self.recorder.tick()
        self.clock.remember(self.file)
        self.settle()
        if self.began:
            now = self.now()
            self.last_hour = now - timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)

    @rule()
    def the_terminal_crashes(self) -> None:
        """Without an answer to what the visitor began; the boot goes on."""
        kept = self.file.load()
        self.began = kept.began if kept and kept.boot == self.kernel.boot_id else None
        self.tally.close()
        self.start()

    @rule(off=st.sampled_from([timedelta(seconds=20), timedelta(hours=9), timedelta(days=12)]))
    def the_power_fails(self, off: timedelta) -> None:
        self.kernel.boot(off)
        self.the_terminal_crashes()

    # the collector

    @rule()
    def sheets_are_exchanged(self) -> None:
        for installation, sheets in self.tally.owed().items():
            for sheet in sheets:
                key = (installation, sheet.survey, sheet.table, sheet.period)
                if key not in self.store or self.store[key].revision < sheet.revision:
                    self.store[key] = sheet
                else:
                    assert sheet.counts == self.store[key].counts, "one revision, two contents"
            self.tally.acknowledge(installation, revisions_of(sheet.entry for sheet in sheets))

    @rule()
    def the_store_is_backed_up(self) -> None:
        self.backup = self.kernel.true, dict(self.store)

    @precondition(lambda self: self.backup is not None and self.kernel.true - self.backup[0] < KEEPS)
    @rule()
    def the_store_is_restored(self) -> None:
        assert self.backup
        self.store = dict(self.backup[1])
        self.hello()

    def hello(self) -> None:
        for installation, since in self.tally.kept_since().items():
            self.tally.compare(installation, self.have(installation, since))

    def have(self, installation: str, since: date) -> Revisions:
        return revisions_of(
            sheet.entry
            for (name, *_), sheet in self.store.items()
            if name == installation and Period.parse(sheet.period).start.date() >= since
        )

    # the end

    def teardown(self) -> None:
        try:
            self.heal()
            for survey, place in self.places.items():
                assert isinstance(place, At)
                self.check(survey, place)
        finally:
            self.tally.close()
            shutil.rmtree(self.directory)

    def heal(self) -> None:
        if not hasattr(self, "kernel"):
            self.tally = Tally(self.directory / "none", Filing(OSLO, PROFILES["small"]), release=1, machine="")
            return
        if self.session:
            self.and_leaves()
        self.kernel.synchronise()
        self.it_ticks()
        self.tally.release()
        self.hello()
        self.sheets_are_exchanged()
        assert self.tally.owed_count() == 0

    def check(self, survey: str, place: At) -> None:
        found = {table: self.found(survey, table) for table in COUNTED}
        months = {str(Period.of(Granularity.MONTH, period.start)) for period, *_ in found.values()}
        assert len(months) == 1, "the tables of a vote are in one month"
        for table, (period, cell, estimated) in found.items():
            assert cell.split(":")[0] == str(self.scores[survey])
            assert estimated is place.estimated
            assert period.granularity is self.periods[table]
            assert reaches(period, place), (table, period, place)
            if (
                place.about
                and period.granularity is Granularity.HOUR
                and str(period)[:7] == f"{local(place.about):%Y-%m}"
            ):
                assert reaches(period, At(place.about - HOUR, place.about + HOUR))
        if place.start == place.end:
            at = place.start.astimezone(OSLO)
            assert found[Table.PATTERN][1].split(":")[1] == f"{at.isoweekday()}-{at.hour}"
            for table, granularity in self.periods.items():
                if table in found:
                    assert found[table][0] == Period.of(granularity, at), "with the offset, in the hour that is twice"

    def found(self, survey: str, table: Table) -> tuple[Period, str, bool]:
        """The one count of the visitor's in a table, of all installations."""
        sums: dict[tuple[str, str], int] = {}
        estimated = False
        for sheet in self.store.values():
            if (sheet.survey, sheet.table) == (survey, table):
                for cell, count in sheet.counts.items():
                    sums[sheet.period, cell] = sums.get((sheet.period, cell), 0) + count
                    estimated = estimated or sheet.estimated
        left: Mapping[tuple[str, str], int] = {where: count for where, count in sums.items() if count}
        assert list(left.values()) == [1], (survey, table, sums)
        ((period, cell),) = left
        return Period.parse(period), cell, estimated


def local(at: datetime) -> datetime:
    """What the clock on the wall shows (naive)."""
    return at.astimezone(OSLO).replace(tzinfo=None)


def reaches(period: Period, place: At) -> bool:
    """Whether some moment of the place is in the period, by the clock on the wall."""
    start, end = local(place.start), local(place.end)
    return period.start <= max(start, end) and min(start, end) < period.end


def test_a_trusted_moment_is_known() -> None:
    """The kernel of these tests is one that the terminal's clock believes."""
    kernel = Kernel(NIGHTS[0], keeps_time=True)
    assert kernel.clock().moment() == Known(NIGHTS[0].astimezone(OSLO))


TestClocks: Any = Clocks.TestCase
TestClocks.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
