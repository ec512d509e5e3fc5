"""From a seed to a schedule: how large the site is, who comes, what breaks, and when it is mended."""

import random
from collections.abc import Callable, Collection

from msgspec import Struct

from tests.faults.network import Weather
from tests.faults.paces import A_DAY, NEVER, ROOMS

DAY = 86_400.0
SPRING = 1_774_000_000.0
"""20 March 2026, in seconds since 1970."""


class Step(Struct, frozen=True):
    """One thing that is done: `deed` to `who`, `much` so."""

    deed: str
    who: str = ""
    much: float = 0.0
    weather: Weather | None = None

    def __str__(self) -> str:
        more = f" {self.much:g}" if self.much else ""
        return f"{self.deed} {self.who}{more}{f' {self.weather}' if self.weather else ''}".strip()


class Schedule(Struct, frozen=True):
    """All of one seed."""

    seed: int
    profile: str
    hold: bool
    """Whether crossings leave a terminal by score alone until their period is over."""
    terminals: int
    collectors: int
    inbox: int
    hello: float
    room: int
    clones: bool
    began: float
    steps: list[Step]

    def __str__(self) -> str:
        head = (
            f"seed {self.seed}: {self.terminals} terminals ({self.profile}{', held' * self.hold}), "
            f"{self.collectors} collectors with room "
            f"for {self.inbox} messages of {self.room} bytes, a hello at least every {self.hello:g} s"
        )
        return "\n".join([head, *(f"{number:4} {step}" for number, step in enumerate(self.steps, 1))])


def schedule(seed: int, presses: int, *, mounts: bool) -> Schedule:
    """The schedule of a seed, with about so many presses. Without `mounts` no disk is full or read-only."""
    return _Maker(seed, presses, mounts=mounts).make()


class _Maker:
    """Draws everything from one source of chance."""

    def __init__(self, seed: int, presses: int, *, mounts: bool) -> None:
        self._chance = chance = random.Random(seed)
        self._seed, self._presses, self._mounts = seed, presses, mounts
        self._lies = chance.random() < 0.5
        self._terminals = [f"t{number}" for number in range(chance.choice([1, 2, 2, 3]))]
        self._collectors = [f"c{number}" for number in range(chance.choice([1, 2]))]
        self._steps: list[Step] = []
        self._left = presses

    def make(self) -> Schedule:
        chance = self._chance
        profile = chance.choice(["small", "busy"])
        inbox = chance.choice([10_000, 10_000, 50])
        began = SPRING + chance.uniform(0, 365 * DAY)
        sites = len(self._terminals)
        rare = self._rare()
        rounds = 3 + len(rare) * 2
        each = self._presses / (rounds + len(rare))
        for number in range(rounds):
            self._everyday(each)
            if number % 2 and rare:
                rare.pop()(each)
        self._do("settle")
        while self._left > 0:
            self._everyday(min(self._left, 2 * each))
        self._do("settle")
        return Schedule(
            self._seed,
            profile,
            chance.random() < 0.15,
            sites,
            len(self._collectors),
            inbox,
            A_DAY if self._lies else NEVER,
            chance.choice(ROOMS),
            len(self._terminals) > sites,
            began,
            self._steps,
        )

    # everyday faults

    def _everyday(self, presses: float) -> None:
        """Visitors at every terminal, meanwhile one to three faults, and then all is mended, or all but the weather."""
        gone: set[str] = set()
        faults = {who: (begin, end) for who, begin, end in [self._fault() for _ in range(self._chance.randint(1, 3))]}
        share = presses / (len(faults) + 1)
        for who, (begin, _) in faults.items():
            self._crowds(share, but=gone)
            self._do("await", self._one(), self._chance.randint(1, 60))
            self._steps += begin
            gone |= {who} & {step.who for step in begin if step.deed == "kill"}
            if self._chance.random() < 0.5:
                self._do("look")
        self._crowds(share, but=gone)
        self._do("hold", much=self._chance.choice([0.0, 0.1, 0.5]))
        ends = [end for _, end in faults.values()]
        self._chance.shuffle(ends)
        for end in ends:
            self._steps += end
        self._do("finish")
        self._do(self._chance.choice(["look", "check"]))
        if self._chance.random() < 0.3:
            self._do("settle")
        elif self._chance.random() < 0.3:
            self._do("jump", self._one(), self._chance.choice([-2, -0.2, 0.3, 1, 3]) * DAY)

    def _fault(self) -> tuple[str, list[Step], list[Step]]:
        """Whom it strikes, how it begins, and how it ends."""
        chance = self._chance
        who = chance.choice([*self._terminals, *self._collectors, "broker"])
        link = chance.choice([*self._terminals, *self._collectors])
        frozen = [Step("hold", much=chance.choice([0.2, 0.2, 0.5, 1.0, 2.5]))]
        match chance.choice(["kill", "kill", "freeze", "forget", "weather", "weather", "cut", "deaf", "stuck"]):
            case "kill":
                crowd = [Step("crowd", who, chance.randint(5, 40))] if who in self._terminals else []
                return who, [Step("kill", who)], [Step("start", who), *crowd]
            case "freeze":
                return who, [Step("freeze", who)], [*frozen, Step("thaw", who)]
            case "forget":
                return "broker", [Step("forget", "broker")], [Step("start", "broker")]
            case "weather":
                calm = [Step("heal", link)] * (chance.random() < 0.6)
                return f"{link}'s link", [Step("weather", link, weather=self._weather())], calm
            case "cut":
                again = [Step("hold", much=0.2), Step("cut", link)] * chance.randint(0, 3)
                return f"{link}'s link", [Step("cut", link)], again
            case "deaf":
                return f"{link}'s link", [Step("deafen", link)], [*frozen, Step("heal", link)]
            case _:
                return f"{link}'s link", [Step("stick", link)], [*frozen, Step("heal", link)]

    def _weather(self) -> Weather:
        chance = self._chance

        def likely(most: float, *, when: bool = True) -> float:
            return round(chance.uniform(0, most), 2) * (when and chance.random() < 0.5)

        return Weather(
            lost=likely(0.4, when=self._lies),
            acks_lost=chance.choice([0.0, 0.0, 0.1, 0.3, 1.0]),
            doubled=likely(0.5),
            overtaken=likely(0.5),
            slow=likely(0.1),
        )

    # rare ones, which begin with all well

    def _rare(self) -> list[Callable[[float], None]]:
        everything = [
            self._card, self._image, self._clone, self._tear_terminal, self._rot_terminal,
            self._older_store, self._rot_store, self._tear_store,
            self._years, self._summer_time, self._untrusted,
        ]  # fmt: skip
        if self._mounts:
            everything += [self._full_terminal, self._full_store, self._protected_terminal, self._protected_store]
        return self._chance.sample(everything, self._chance.randint(2, 4))

    def _card(self, presses: float) -> None:
        who = self._one()
        self._do("settle")
        self._do("kill", who)
        self._do("new card", who)
        self._do("start", who)
        self._crowds(presses, finish=True)

    def _image(self, presses: float) -> None:
        """An image of the disk is taken, its life goes on, and then the image is put back."""
        who = self._one()
        self._do("settle")
        self._do("stop", who)
        self._do("image", who)
        self._do("start", who)
        self._crowds(presses / 2, finish=True)
        self._do("settle")
        self._do("kill", who)
        self._do("put back", who)
        self._do("start", who)
        self._crowds(presses / 2, finish=True)

    def _clone(self, presses: float) -> None:
        """The disk is copied, and both go on, on two machines that have one name."""
        who = self._one()
        clone = f"{who}+"
        if clone in self._terminals:
            return
        self._crowds(presses / 4, finish=self._chance.random() < 0.5)
        if self._chance.random() < 0.5:
            self._do("settle")
        self._do("finish")
        self._do("stop", who)
        self._do("clone", who)
        self._do("start", clone)
        self._do("start", who)
        self._terminals.append(clone)
        if self._chance.random() < 0.7:  # both hear that all is as they know it, before either has anything to say
            self._do("hold", much=2.5)
        self._crowds(presses, finish=True)

    def _tear_terminal(self, presses: float) -> None:
        self._spoil("tear", presses)

    def _rot_terminal(self, presses: float) -> None:
        self._spoil(self._chance.choice(["rot", "cut short"]), presses)

    def _spoil(self, deed: str, presses: float) -> None:
        """A disk can give back only what is on it: nothing may be owed."""
        who = self._one()
        self._do("settle")
        self._do(self._chance.choice(["kill", "stop"]), who)
        self._do(deed, who)
        self._do("start", who)
        self._crowds(presses, finish=True)

    def _older_store(self, presses: float) -> None:
        self._do("settle")
        self._do("back up")
        self._everyday(presses / 2)
        self._next_day()
        self._crowds(presses / 2)
        self._restore()

    def _rot_store(self, presses: float) -> None:
        self._do("settle")
        self._do("back up")
        self._crowds(presses / 2)
        self._do("rot", "store")
        self._next_day()
        self._crowds(presses / 2)
        self._do("hold", much=self._chance.choice([0.0, 0.5]))
        self._restore()

    def _tear_store(self, presses: float) -> None:
        self._do("settle")
        self._do("back up")
        self._crowds(presses / 2)
        self._do("finish")
        self._next_day()
        self._crowds(20)
        self._do("await", self._one(), 10)
        for collector in self._collectors:
            self._do("kill", collector)
        self._do("tear", "store")
        self._back(presses / 2)

    def _restore(self) -> None:
        for collector in self._collectors:
            self._do(self._chance.choice(["kill", "stop"]), collector)
        self._do("restore")
        self._back(50)

    def _back(self, presses: float) -> None:
        for collector in self._collectors:
            self._do("start", collector)
        self._crowds(presses, finish=True)
        self._do("settle")

    def _years(self, presses: float) -> None:
        who = self._one()
        days = self._chance.choice([-7, -1, 0.25, 0.25, 0.4, 1, 9]) * 365.25 * DAY
        self._do("settle")
        self._do("jump", who, days)
        self._crowds(presses / 2, finish=True)
        self._do("settle")
        if self._chance.random() < 0.7:
            self._do("jump", who, -days)
        self._crowds(presses / 2, finish=True)
        self._do("settle")

    def _summer_time(self, presses: float) -> None:
        self._do("settle")
        for who in self._terminals:
            self._do("night of summer time", who)
        self._crowds(presses, finish=True)

    def _untrusted(self, presses: float) -> None:
        """Days without trust in the clock, over restarts and reboots, until a time service sets it."""
        who = self._one()
        self._do("stop", who)
        self._do("distrust", who)
        self._do("start", who)
        for _ in range(self._chance.randint(1, 3)):
            self._crowds(presses / 4, finish=True)
            self._do("pass", who, self._chance.choice([0.1, 1, 2]) * DAY)
            match self._chance.choice(["kill", "reboot", ""]):
                case "kill":
                    self._do("kill", who)
                    self._do("start", who)
                case "reboot":
                    self._do("kill", who)
                    self._do("distrust", who)
                    self._do("start", who)
        self._crowds(presses / 4)
        self._do("finish")
        self._do("trust", who)
        self._crowds(presses / 4, finish=True)

    def _full_terminal(self, presses: float) -> None:
        who = self._one()
        self._do("finish")
        self._do("plain crowd", who, self._count(presses / 4))
        self._do("await", who, self._chance.randint(1, 30))
        self._do("fill", who)
        self._do("plain crowd", who, 10)
        self._do("hold", much=0.3)
        self._do("mend", who)
        self._do("plain crowd", who, 10)
        self._do("finish")

    def _protected_terminal(self, presses: float) -> None:
        who = self._one()
        self._do("stop", who)
        self._do("protect", who)
        self._do("start", who)
        self._do("hold", much=0.5)
        self._do("mend", who)
        self._crowds(presses, finish=True)

    def _full_store(self, presses: float) -> None:
        self._do("settle")
        self._do("fill", "store")
        self._do("crowd", self._one(), 3)
        self._do("finish")
        self._do("check", much=0.7)
        self._crowds(presses, finish=True)
        self._do("check")
        self._do("mend", "store")

    def _protected_store(self, presses: float) -> None:
        for collector in self._collectors:
            self._do(self._chance.choice(["kill", "stop"]), collector)
        self._do("protect", "store")
        for collector in self._collectors:
            self._do("start", collector)
        self._crowds(presses, finish=True)
        self._do("hold", much=0.5)
        self._do("mend", "store")
        for collector in self._collectors:
            self._do("start", collector)

    def _next_day(self) -> None:
        """What was counted until now is changed by no vote any more: only the store's word can bring it back."""
        for who in self._terminals:
            self._do("jump", who, DAY)

    # words for all of them

    def _crowds(self, presses: float, *, finish: bool = False, but: Collection[str] = ()) -> None:
        for who in [terminal for terminal in self._terminals if terminal not in but]:
            count = self._count(presses / len(self._terminals))
            self._left -= count
            self._do("crowd", who, count)
        if finish:
            self._do("finish")

    def _count(self, about: float) -> int:
        return max(1, round(self._chance.uniform(0.7, 1.3) * about))

    def _one(self) -> str:
        return self._chance.choice(self._terminals)

    def _do(self, deed: str, who: str = "", much: float = 0.0) -> None:
        self._steps.append(Step(deed, who, much))
