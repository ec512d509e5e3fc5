"""The terminal's facts in words, as rows of a name and what is to say, in a language that the staff read."""

from collections.abc import Iterator, Sequence

from babel.dates import format_date
from msgspec import Struct

from kiosk.faults import Fault
from kiosk.staff.facts import Facts, LanguageFacts, Voice
from kiosk.view import LOUDEST
from locales.catalogue import catalogue, languages, own_name

DOMAIN = "staff"
LONGEST = 90
"""Letters of a value that others wrote, as a graphics card's name; what is longer is cut."""

FAULTS: dict[str, str] = {
    Fault.SOUND: "No sound device was found.",
    Fault.VOICES: "A language has lost its recordings.",
    Fault.SCREEN: "The screen is drawn without a graphics card.",
    Fault.DISK: "Votes cannot be kept on this disk.",
    Fault.DAMAGED: "The tally was damaged, and a new one begun.",
}
"""The faults of the presence in the words of the catalogue; one that has none is shown as it is."""
VOICES = {
    Voice.PEOPLE: "recorded voice",
    Voice.PLACEHOLDER: "machine voice",
    Voice.NONE: "no voice",
}


class Row(Struct, frozen=True):
    """One fact. `language` is that of its name, where it is a language's own."""

    name: str
    value: str
    language: str = ""


def staff_language(site: Sequence[str]) -> str:
    """The site's first language, where the corner speaks it; else English."""
    return site[0] if site[0] in languages(DOMAIN) else "en"


class Words:
    """What the staff corner says in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language, DOMAIN)
        self.say = self._catalogue.gettext

    def rest(self, seconds: int) -> str:
        """How long the pad rests: half a minute, or whole ones."""
        if seconds < 60:
            return self.say("Too many wrong PINs. Please wait half a minute.")
        one, many = "Too many wrong PINs. Please wait {n} minute.", "Too many wrong PINs. Please wait {n} minutes."
        minutes = seconds // 60
        return self._catalogue.ngettext(one, many, minutes).format(n=minutes)

    def volume(self, volume: int) -> str:
        return self.say("Loudness {volume} of {loudest}").format(volume=volume, loudest=LOUDEST)

    def more(self, part: int, parts: int) -> str:
        return self.say("More {part}/{parts}").format(part=part, parts=parts)

    def rows(self, facts: Facts | None) -> tuple[Row, ...]:
        """All facts; what staff may have to act on comes first."""
        if facts is None:
            return (Row(self.say("Fault"), self.say("They cannot be read just now. A restart may help.")),)
        return (*self._state(facts), *self._machine(facts), *map(self._language, facts.languages))

    def about(self, language: LanguageFacts) -> str:
        """Whether somebody has read a language's texts, and who speaks them."""
        if language.reviewed:
            read = self.say("Read through: {who}").format(who=language.reviewed)
        else:
            read = self.say("Not read through by anybody yet")
        return f"{_cut(read)} · {self.say(VOICES[language.voice])}"

    def _state(self, facts: Facts) -> Iterator[Row]:
        yield Row(self.say("Terminal"), facts.terminal)
        for fault in facts.faults:
            yield Row(self.say("Fault"), self.say(FAULTS[fault]) if fault in FAULTS else fault)
        away = "Not connected; votes are kept here until it is."
        yield Row(self.say("Connection"), self.say("Connected" if facts.connected else away))
        yield Row(self.say("Last received"), self._day(facts))
        yield Row(self.say("Sheets to send"), str(facts.owed) if facts.owed else self.say("None"))
        clock = "Right: {time}" if facts.clock_trusted else "Not sure, nobody has set it: {time}"
        time = f"{format_date(facts.now, 'long', self.language)}, {facts.now:%H:%M}"
        yield Row(self.say("Clock"), self.say(clock).format(time=time))

    def _day(self, facts: Facts) -> str:
        if facts.acknowledged is None:
            return self.say("Not yet")
        if facts.acknowledged == facts.now.date():
            return self.say("Today")
        return format_date(facts.acknowledged, "long", self.language)

    def _machine(self, facts: Facts) -> Iterator[Row]:
        versions = facts.versions
        programs = f"{versions.software} · Python {versions.python} · Kivy {versions.kivy} · SDL {versions.sdl}"
        yield Row(self.say("Survey"), versions.survey)
        yield Row(self.say("Programs"), _cut(programs))
        yield Row(self.say("Graphics"), _cut(versions.renderer))

    def _language(self, language: LanguageFacts) -> Row:
        return Row(own_name(language.language), self.about(language), language.language)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
