"""What holds of every sequence of touches, times and answers of the disk."""

import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator

import hypothesis.strategies as st
from hypothesis import example, given

from contract.ids import NONE
from contract.sheets import Vote
from contract.survey import SCORES, side_of
from kiosk.play import Play, Rules
from kiosk.session import Change, Screen, Session, View
from tests.fakes.clock import FakeClock
from tests.kiosk.visit import SURVEY, Visit

LANGUAGES = ("nb", "en", "th")
SPEAKS = ("nb", "en")
MESSAGES = ({"nb": "Vi har malt", "th": "เราทาสีแล้ว"},)
OPTIONS = tuple(option for score in (4, 1) for option in SURVEY.option_ids(side_of(score)))
STRICT = Rules(changes=1, rest=1, hammering=1, pause=1, in_a_row=1)
"""So strict that nearly everybody plays."""
FOR_VISITORS = (Screen.QUESTION, Screen.LANGUAGES, Screen.WHY)


class Disk:
    """What is on disk, which answers whenever it likes, in the order it was asked, and refuses what it likes."""

    def __init__(self) -> None:
        self.votes: Counter[Vote] = Counter()
        self.asked: deque[Change] = deque()
        self.sessions = 0
        self.mine: Vote | None = None
        """What the disk has of the session that is going on."""
        self._late = 0

    def record(self, change: Change) -> None:
        """Each change begins where the last one of its session ended, whose outcome is known."""
        assert all(asked.moment != change.moment for asked in self.asked)
        assert change.before == self.mine
        assert change.before != change.after
        self.asked.append(change)

    def session_ended(self) -> None:
        self.sessions += 1
        self.mine, self._late = None, len(self.asked)

    def answer(self, session: Session, *, ok: bool) -> None:
        if not self.asked:
            return
        change = self.asked.popleft()
        if ok:
            if change.before is not None:
                self.votes[change.before] -= 1
            if change.after is not None:
                self.votes[change.after] += 1
            if not self._late:
                self.mine = change.after
        self._late = max(0, self._late - 1)
        session.recorded(ok)


class Sight:
    """An eye on the screen, that knows from what is shown alone who has voted."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.clock = FakeClock()
        self.disk = Disk()
        self.session = Session(
            SURVEY,
            LANGUAGES,
            self.disk,
            self.clock.monotonic,
            self.clock.moment,
            messages=MESSAGES,
            speaks=SPEAKS,
            play=Play(rules) if rules else None,
        )
        self.votes = 0
        self._voted = False
        self._screen = Screen.QUESTION
        self._sessions = 0

    def do(self, seconds: float, deed: Callable[["Sight"], None]) -> View:
        """A deed, some seconds after the last one."""
        self.clock.advance(seconds)
        deed(self)
        self.look()
        return self.session.view

    def look(self) -> None:
        screen = self.session.view.screen
        if self.disk.sessions != self._sessions:
            self.votes += self._voted
            self._voted, self._sessions, self._screen = False, self.disk.sessions, Screen.QUESTION
        if screen is Screen.WHY:
            self._voted = True
        elif screen is Screen.QUESTION and self._screen is Screen.WHY:
            self._voted = False
        self._screen = screen

    def everybody_goes(self) -> None:
        while self.disk.asked:
            self.do(1, lambda sight: sight.disk.answer(sight.session, ok=True))
        for _ in range(5):
            self.do(60, lambda sight: sight.session.tick())
        while self.disk.asked:
            self.do(1, lambda sight: sight.disk.answer(sight.session, ok=True))


def on_session(deed: Callable[[Session], None]) -> Callable[[Sight], None]:
    return lambda sight: deed(sight.session)


DEEDS: dict[str, Callable[[Session], None]] = {
    **{f"face {score}": lambda session, score=score: session.choose_face(score) for score in SCORES},  # type: ignore[misc]
    **{option: lambda session, option=option: session.choose_answer(option) for option in OPTIONS},  # type: ignore[misc]
    **{name: lambda session, name=name: session.choose_language(name) for name in LANGUAGES},  # type: ignore[misc]
    "languages": Session.show_languages,
    "skip": Session.skip,
    "oops": Session.oops,
    "dismiss": Session.dismiss,
    "speech": Session.toggle_speech,
    "appearance": Session.next_appearance,
    "louder": lambda session: session.change_volume(1),
    "quieter": lambda session: session.change_volume(-1),
    "touch": Session.touch,
    "listen": Session.listen,
    "tick": Session.tick,
}
THE_DISK: dict[str, Callable[[Sight], None]] = {
    "written": lambda sight: sight.disk.answer(sight.session, ok=True),
    "refused": lambda sight: sight.disk.answer(sight.session, ok=False),
}
ALL = {**{name: on_session(deed) for name, deed in DEEDS.items()}, **THE_DISK}

seconds = st.sampled_from([0.05, 0.35, 0.35, 1.0, 1.0, 4.0, 10.0, 16.0, 21.0])
names = st.one_of(st.sampled_from(sorted(ALL)), st.sampled_from(["face 4", "face 1", "written", "written", "oops"]))
steps = st.lists(st.tuples(seconds, names), max_size=60)
rules = st.sampled_from([None, Rules(), STRICT])

HAMMERING = [(0.35, "touch")] * 5
MOVED_BEHIND_THE_NEXT = [
    *[(1.0, "face 4"), (0.05, "written"), *HAMMERING, (0.35, "skip"), (0.35, "dismiss")],
    *[(1.0, "face 1"), (0.05, "refused"), (0.05, "written"), (1.0, "face 4"), (0.05, "written")],
]
"""A vote is moved at its session's end, and the next visitor votes before the disk refuses the move."""
REFUSED = [(1.0, "face 4"), *HAMMERING, (0.05, "refused"), (6.0, "tick")]
"""What the disk never had cannot be moved."""
REFUSED_OOPS = [(1.0, "face 4"), (0.05, "written"), (1.0, "oops"), *HAMMERING, (0.05, "refused"), (6.0, "tick")]
"""What the disk would not take back can."""


@given(steps, rules)
@example(MOVED_BEHIND_THE_NEXT, STRICT)
@example(REFUSED, STRICT)
@example(REFUSED_OOPS, STRICT)
def test_the_disk_has_one_vote_for_each_session_that_ended_with_one(
    steps: list[tuple[float, str]], rules: Rules | None
) -> None:
    """Honest or suspect; and each change that the disk is asked for goes on from what it has."""
    sight = Sight(rules)
    for seconds, name in steps:
        sight.do(seconds, ALL[name])
    sight.everybody_goes()
    assert sight.disk.votes.total() == sight.votes
    assert min(sight.disk.votes.values(), default=0) >= 0
    assert all(count == 0 for vote, count in sight.disk.votes.items() if vote.suspect and rules is None)


@given(steps, rules)
def test_when_time_passes_the_question_comes_back_as_it_was(
    steps: list[tuple[float, str]], rules: Rules | None
) -> None:
    sight = Sight(rules)
    fresh = sight.session.view
    for seconds, name in steps:
        sight.do(seconds, ALL[name])
    sight.everybody_goes()
    assert sight.session.idle
    assert sight.session.time_left == 1
    sight.do(1, on_session(Session.touch))
    sight.do(60, on_session(Session.tick))
    assert sight.session.view == fresh


def view_after(sight: Sight, seconds: float, name: str) -> View:
    """With a disk that soon answers all that it was asked: a suspect vote asks it once more."""
    view = sight.do(seconds, ALL[name])
    while sight.disk.asked:
        view = sight.do(0, ALL["written"])
    return view


@given(st.lists(st.tuples(seconds, st.sampled_from(sorted(DEEDS))), max_size=60))
@example([(1.0, name) for name in ("face 4", "face 1", "face 4", "skip", "dismiss", "face 4", "face 3", "oops")])
def test_the_visitor_sees_no_difference_between_play_and_not(steps: list[tuple[float, str]]) -> None:
    judged, believed = Sight(STRICT), Sight()
    for seconds, name in steps:
        assert view_after(judged, seconds, name) == view_after(believed, seconds, name)
        assert judged.session.time_left == believed.session.time_left
        assert judged.session.idle == believed.session.idle
    judged.everybody_goes()
    believed.everybody_goes()
    assert judged.disk.votes.total() == believed.disk.votes.total()


def sensible(view: View) -> bool:
    """Whether a visitor may ever see this, with the disk never busy; `view` has no message."""
    of_side = (None, NONE, *SURVEY.option_ids(side_of(view.score or 4)))
    match view.screen:
        case Screen.QUESTION:
            fits = view.score is None and view.answer is None
        case Screen.LANGUAGES:
            fits = view.answer is None
        case Screen.WHY:
            fits = view.score is not None and view.answer is None
        case Screen.THANKS:
            fits = view.score is not None and view.answer in of_side
        case Screen.UNAVAILABLE:
            fits = view.score is not None and view.answer in of_side and view.answer != NONE
    heard = not view.speech or view.language in SPEAKS
    return fits and heard and (not view.hurry or view.screen in FOR_VISITORS)


def all_views() -> Iterator[View]:
    """Of two languages; appearance and volume are as at first."""
    flags = (False, True)
    answers = (None, NONE, *OPTIONS)
    for screen, language, score, answer, chosen, speech, hurry in itertools.product(
        Screen, ("nb", "th"), (None, *SCORES), answers, flags, flags, flags
    ):
        yield View(screen, language, score, answer, chosen=chosen, speech=speech, hurry=hurry)


def test_every_view_that_makes_sense_can_be_reached_and_no_other() -> None:
    left_out = {"en", "appearance", "louder", "quieter"}
    deeds = {name: deed for name, deed in DEEDS.items() if name not in left_out}
    moves = [(name, ok) for name in deeds for ok in (True, False)] + [("", True)]

    def follow(path: tuple[tuple[str, bool], ...]) -> Visit:
        """With "" time passes, until something else is shown."""
        visit = Visit(languages=("nb", "th"), speaks=("nb",))
        for name, ok in path:
            if name:
                visit.touch(lambda name=name: deeds[name](visit.session), on_disk=False)  # type: ignore[misc]
            view = visit.view()
            while not name and visit.view() is view:
                visit.wait(1)
            visit.disk_answers(ok=ok)
        return visit

    seen: set[object] = set()
    views: set[View] = set()
    paths: deque[tuple[tuple[str, bool], ...]] = deque([()])
    while paths:
        path = paths.popleft()
        session = follow(path).session
        state = (session.view, session.idle, session._back, session._hears, session._counting.on_disk)
        if state not in seen:
            seen.add(state)
            views.add(session.view)
            paths.extend((*path, move) for move in moves)
    assert views == {view for view in all_views() if sensible(view)}
