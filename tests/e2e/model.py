"""What the session should do, told anew: from DESIGN.md, issue 3 and its docstrings, and nothing of its code.

A plain replay: it is told what came in, at which monotonic second, and says what is then shown and asked of the tally,
and in the end what is on every sheet. Kept simple rather than fast: it remembers every touch there ever was.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import inf

from contract.sheets import Table
from contract.survey import Survey, side_of
from kiosk.play import Rules
from kiosk.timing import Timing

CHOICES = ("question", "languages", "why")
"""The screens on which the visitor is to do something."""
LOOKS = {"normal": "large", "large": "contrast", "contrast": "normal"}
Vote = tuple[int, str, str, bool]
"""Score, language, answer, suspect."""
Asked = tuple[str, Vote | None, Vote | None]
"""Moment (ISO 8601, local), what is to be taken back, what is to be counted."""


class Sheets:
    """Counts by table, period and cell, of the profile `busy`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def change(self, asked: Asked) -> None:
        moment, before, after = asked
        local = datetime.fromisoformat(moment)
        for vote, step in ((before, -1), (after, +1)):
            for row in _rows(vote, local) if vote else ():
                self._counts[row] += step

    def counts(self) -> dict[tuple[str, str], dict[str, int]]:
        """By table and period, without zeros."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for (table, period, cell), count in self._counts.items():
            if count:
                found.setdefault((table, period), {})[cell] = count
        return found

    def total(self, table: Table) -> int:
        return sum(count for (name, _, _), count in self._counts.items() if name == table)


def _rows(vote: Vote, local: datetime) -> list[tuple[str, str, str]]:
    score, language, answer, suspect = vote
    day, month = f"{local:%Y-%m-%d}", f"{local:%Y-%m}"
    if suspect:
        return [("suspect", day, f"{score}")]
    offset = f"{local:%z}"
    return [
        ("faces", f"{local:%Y-%m-%dT%H}{offset[:3]}:{offset[3:]}", f"{score}"),
        ("pattern", month, f"{score}:{local.isoweekday()}-{local.hour}"),
        ("answers", day, f"{score}:{answer}"),
        ("languages", day, f"{score}:{language}"),
    ]


class Judge:
    """What looks like play."""

    def __init__(self, rules: Rules) -> None:
        self.suspect = False
        self._rules = rules
        self._landed: list[float] = []
        self._last_vote: int | None = None
        """Which touch was the last one before the last vote was over."""
        self._row = 0
        self._faces = 0

    def lands(self, now: float) -> None:
        self._landed.append(now)
        self.suspect |= self._hammers()

    def begins(self) -> None:
        """A session; the touch that began it has landed."""
        self._row = 1 if self._longest_silence() >= self._rules.pause else self._row + 1
        self._faces = 0
        self.suspect = self._hammers() or self._row > self._rules.in_a_row

    def face(self) -> None:
        if not self._faces and self._has_just_come():
            self._row = 1
            self.suspect = self._hammers()
        self._faces += 1
        self.suspect |= self._faces > self._rules.changes + 1

    def _has_just_come(self) -> bool:
        """Whether the touch that landed last is the first one after time enough to change places."""
        landed = [-inf, *self._landed]
        last = max((after for before, after in pairwise(landed) if after - before >= self._rules.pause), default=inf)
        return landed[-1] - last < self._rules.rest

    def voted(self) -> None:
        self._last_vote = len(self._landed) - 1

    def _hammers(self) -> bool:
        first = len(self._landed) - 1
        while first > 0 and self._landed[first] - self._landed[first - 1] < self._rules.rest:
            first -= 1
        return self._landed[-1] - self._landed[first] > self._rules.hammering

    def _longest_silence(self) -> float:
        if self._last_vote is None:
            return inf
        since = self._landed[max(0, self._last_vote) :]
        return max((after - before for before, after in pairwise(since)), default=0.0)


class Model:
    """One terminal's session. Every method is told when (`now`) and, where a visitor may come, the time of day."""

    def __init__(
        self,
        survey: Survey,
        languages: Sequence[str],
        speaks: Sequence[str],
        messages: Sequence[Sequence[str]],
        rules: Rules,
        timing: Timing,
        volume: int,
        now: float,
    ) -> None:
        self.sheets: list[Asked] = []
        self.asked: list[Asked] = []
        self.ended = 0
        self._survey = survey
        self._languages = languages
        self._speaks = speaks
        self._messages = [(n, code) for n, codes in enumerate(messages) for code in languages if code in codes]
        self._judge = Judge(rules)
        self._timing = timing
        self._volume = volume
        self._accepted = -inf
        self._outcomes: list[tuple[Asked, bool]] = []
        """What the tally was asked and has not answered, and whether the visitor waits for the answer."""
        self._nobody(now)

    def _nobody(self, now: float) -> None:
        """All that a visitor leaves behind: nothing."""
        self.screen, self.language = "question", self._languages[0]
        self.score: int | None = None
        self.answer: str | None = None
        self.chosen, self.appearance, self.speech, self.volume = False, "normal", False, self._volume
        self.hurry = False
        self.message: int | None = None
        self._moment: str | None = None
        self._counted: Vote | None = None
        self._wants_speech = False
        self._came_from = self._next = "question"
        self._deadline = inf
        self._idle_since = now

    @property
    def view(self) -> list[object]:
        first = [self.screen, self.language, self.score, self.answer, self.chosen, self.appearance]
        return [*first, self.speech, self.volume, self.hurry, self.message]

    @property
    def begun(self) -> bool:
        """Whether somebody is there."""
        return self._moment is not None

    @property
    def idle(self) -> bool:
        return self._moment is None and not self._outcomes

    @property
    def _busy(self) -> bool:
        return any(waits for _, waits in self._outcomes)

    def touch(self, now: float, moment: str) -> None:
        self._judge.lands(now)
        if self._moment is None:
            if now - self._accepted >= self._timing.debounce:
                self._come(moment)
                self._wait(now)
        elif self.screen in CHOICES:
            self._more_time(now)

    def listen(self, now: float) -> None:
        if not self.hurry:
            self._more_time(now)

    def do(self, deed: str, value: str, now: float, moment: str) -> None:
        """What a visitor asks for: a deed of kiosk.ui.target."""
        match deed:
            case "face":
                self._choose_face(int(value), now, moment)
            case "answer":
                self._choose_answer(value, now)
            case "language":
                self._choose_language(value, now, moment)
            case "languages":
                if self.screen in ("question", "why") and self._takes(now):
                    self._come(moment)
                    self._show("languages", now)
            case "skip":
                if self.screen == "why" and self._takes(now):
                    self.answer = "none"
                    self._show("thanks", now)
            case "oops":
                if self.screen == "why" and self._takes(now):
                    self._ask(None, "question")
            case "dismiss":
                if self.screen == "thanks" and self._takes(now):
                    self._leave(now)
            case _:
                self._turn(deed, now, moment)

    def _turn(self, deed: str, now: float, moment: str) -> None:
        """The tools: sound, appearance and loudness."""
        heard = self.language if self.speech else self._heard()
        if self.screen not in CHOICES or (deed == "speech" and heard is None) or not self._takes(now):
            return
        self._come(moment)
        match deed:
            case "speech":
                assert heard is not None
                self.language, self.speech, self._wants_speech = heard, not self.speech, not self.speech
            case "appearance":
                self.appearance = LOOKS[self.appearance]
            case "louder":
                self.volume = min(5, self.volume + 1)
            case "quieter":
                self.volume = max(1, self.volume - 1)
        self._told(now)

    def _choose_face(self, score: int, now: float, moment: str) -> None:
        if self.screen in ("question", "why") and score != self.score and self._takes(now):
            self._come(moment)
            self._judge.face()
            self.score, self.answer = score, None
            self._ask((score, self._spoken(), "none", self._judge.suspect), "why")

    def _choose_answer(self, option: str, now: float) -> None:
        if self.screen == "why" and self.score is not None and self._offers(option) and self._takes(now):
            self.answer = option
            self._ask((self.score, self._spoken(), option, self._judge.suspect), "thanks")

    def _choose_language(self, language: str, now: float, moment: str) -> None:
        if self.screen in ("question", "languages") and language in self._languages and self._takes(now):
            self._come(moment)
            self.language, self.chosen, self.hurry = language, True, False
            self.speech = self._wants_speech and language in self._speaks
            if self._counted and self._counted[1] != language:
                score, _, answer, _ = self._counted
                self._ask((score, language, answer, self._judge.suspect), self._came_from)
            else:
                self._show(self._came_from, now)

    def recorded(self, now: float, *, ok: bool) -> None:
        """The outcome of the first question that has none yet."""
        if not self._outcomes:
            return
        asked, waits = self._outcomes.pop(0)
        if ok:
            self.sheets.append(asked)
        if waits:
            if ok:
                self._counted = asked[2]
            self._show(self._next if ok else "unavailable", now)

    def tick(self, now: float) -> None:
        if self._moment is None:
            self._rotate(now - self._idle_since)
        elif now >= self._deadline:
            self._time_is_up(now)
        elif self.screen in CHOICES and self._deadline - now <= self._timing.hurry * self._patience():
            self.hurry = True

    def _takes(self, now: float) -> bool:
        """Whether a touch counts: neither while the disk is asked, nor as an echo."""
        if self._busy or now - self._accepted < self._timing.debounce:
            return False
        self._accepted = now
        return True

    def _come(self, moment: str) -> None:
        if self._moment is None:
            self._moment, self.message = moment, None
            self._judge.begins()

    def _spoken(self) -> str:
        """What the vote's language is: what somebody chose, and not what happened to be shown."""
        return self.language if self.chosen else self._languages[0]

    def _offers(self, option: str) -> bool:
        assert self.score is not None
        return option in {one.id for one in self._survey.follow_up(side_of(self.score)).options}

    def _heard(self) -> str | None:
        if self.language in self._speaks:
            return self.language
        if self.screen == "question" and not self.chosen:
            return next((code for code in self._languages if code in self._speaks), None)
        return None

    def _ask(self, after: Vote | None, then: str) -> None:
        assert self._moment is not None
        asked = (self._moment, self._counted, after)
        self.asked.append(asked)
        self._outcomes.append((asked, True))
        self._next, self._deadline, self.hurry = then, inf, False

    def _show(self, screen: str, now: float) -> None:
        self.screen = screen
        if screen == "question":
            self.score = self.answer = None
        if screen in ("question", "why"):
            self._came_from = screen
        if screen in ("thanks", "unavailable"):
            self._judge.voted()
        self._told(now)

    def _told(self, now: float) -> None:
        self.hurry = False
        self._wait(now)

    def _more_time(self, now: float) -> None:
        if self._deadline < inf:
            self._told(now)

    def _wait(self, now: float) -> None:
        timing = self._timing
        seconds = {"why": timing.why, "thanks": timing.thanks, "unavailable": timing.unavailable}
        self._deadline = now + seconds.get(self.screen, timing.language) * self._patience()

    def _patience(self) -> int:
        """Who listens has twice the time."""
        return 2 if self.speech and self.screen in CHOICES else 1

    def _time_is_up(self, now: float) -> None:
        if self.screen == "languages":
            self._show(self._came_from, now)
        elif self.screen == "why":
            self._show("thanks", now)
        else:
            self._leave(now)

    def _leave(self, now: float) -> None:
        """A vote that looks like play now, and did not before, is counted apart."""
        vote, moment = self._counted, self._moment
        if vote and moment and self._judge.suspect and not vote[3]:
            asked = (moment, vote, (*vote[:3], True))
            self.asked.append(asked)
            self._outcomes.append((asked, False))
        self.ended += 1
        self._nobody(now)

    def _rotate(self, idle: float) -> None:
        """A round of all languages, then one message in one language, then the next round."""
        asks = self._timing.rotation * len(self._languages)
        rests = self._timing.message if self._messages else 0.0
        number = 0
        while idle >= asks + rests:
            idle -= asks + rests
            number += 1
        if idle < asks:
            self.message, self.language = None, self._languages[int(idle / self._timing.rotation)]
        else:
            self.message, self.language = self._messages[number % len(self._messages)]
