"""One real message of every topic, for the contract document and for whoever builds a terminal from it.

They tell one story: `stua-1`, in profile `small`, had five visitors on a Tuesday in November and seven on the Thursday,
while the broker was away, and five on the first of December. Now the broker is back. November is over, so that its
crossings are told whole; of December's there are the scores. Of each day and month the sums agree.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from contract.messages import Acks, Hello, Presence, SheetsMessage, SurveyMessage, revisions_of
from contract.opening import OpenTime
from contract.sheets import Counts, Sheet, Table
from contract.survey import FollowUp, Option, Pictogram, Survey
from contract.topics import Kind

TERMINAL = "stua-1"
INSTALLATION = "0b5f7c1e9a4d4e0c8a3d6b2f1e7c9d10"
SURVEY = "visit@1"
NONCE = "5d2c7e90a41b4f6e"

WireMessage = SheetsMessage | Hello | Acks | Presence | SurveyMessage


class Example(Struct, frozen=True):
    """A message as it may be seen on the wire, and when it is."""

    name: str
    summary: str
    message: WireMessage


def _sheet(table: Table, period: str, revision: int, counts: Counts) -> Sheet:
    return Sheet(SURVEY, table, period, revision, counts)


SHEETS = SheetsMessage(
    v=1,
    installation=INSTALLATION,
    sheets=[
        _sheet(Table.FACES, "2026-11-03", 1, {"4": 4, "3": 1}),
        _sheet(Table.FACES, "2026-11-05", 2, {"4": 5, "3": 1, "2": 1}),
        _sheet(
            Table.PATTERN,
            "2026-11",
            3,
            {
                "4:2-13": 1,
                "4:2-14": 2,
                "4:2-15": 1,
                "3:2-14": 1,
                "4:4-13": 1,
                "4:4-14": 2,
                "4:4-16": 2,
                "3:4-15": 1,
                "2:4-15": 1,
            },
        ),
        _sheet(
            Table.ANSWERS,
            "2026-11",
            3,
            {"4:social": 4, "4:help": 2, "4:health": 1, "4:none": 2, "3:talk": 1, "3:none": 1, "2:wait": 1},
        ),
        _sheet(
            Table.LANGUAGES,
            "2026-11",
            3,
            {"4:nb": 2, "4:en": 2, "4:ro": 2, "4:th": 2, "4:es": 1, "3:en": 1, "3:bg": 1, "2:ro": 1},
        ),
        _sheet(Table.SUSPECT, "2026-11", 1, {"1": 2}),
        _sheet(Table.FACES, "2026-12-01", 1, {"4": 4, "2": 1}),
        _sheet(Table.PATTERN, "2026-12", 1, {"4": 4, "2": 1}),
        _sheet(Table.ANSWERS, "2026-12", 1, {"4": 4, "2": 1}),
        _sheet(Table.LANGUAGES, "2026-12", 1, {"4": 4, "2": 1}),
    ],
)
"""Three days in one message: what the terminal released on each and nobody has acknowledged."""


_STORED = revisions_of(sheet.entry for sheet in SHEETS.sheets)
"""The acknowledgement that these sheets get when the store had none newer."""
_HELLO = Hello(v=1, installation=INSTALLATION, since=date(2026, 11, 1), nonce=NONCE)
_ACKS = Acks(v=1, installation=INSTALLATION, revisions=_STORED)
_ANSWER = Acks(v=1, installation=INSTALLATION, revisions=_STORED, complete=True, nonce=NONCE)
_ASK = Acks(v=1, installation=INSTALLATION, revisions={}, ask_hello=True)
_ONLINE = Presence(
    v=1, online=True, installation=INSTALLATION, software="fjes 0.1.0", survey=SURVEY, owed=len(SHEETS.sheets)
)
_FAULTY = replace(_ONLINE, owed=0, faults=("screen", "sound"))


def _option(name: str, pictogram: Pictogram, nb: str, en: str) -> Option:
    return Option(name, pictogram, {"nb": nb, "en": en})


_NEXT_SURVEY = Survey(
    id="visit@2",
    languages=("nb", "en"),
    question={"nb": "Hvordan var besøket ditt i dag?", "en": "How was your visit today?"},
    satisfied=FollowUp(
        {"nb": "Hva er du mest fornøyd med?", "en": "What are you most satisfied with?"},
        (
            _option("social", Pictogram.PEOPLE, "Treffe andre", "Meeting others"),
            _option("help", Pictogram.HEART, "Hjelpen jeg fikk", "The help I got"),
            _option("health", Pictogram.HEALTH, "Helsetilbudet", "The health service"),
            _option("talk", Pictogram.TALK, "Samtalen med ansatte", "The talk with staff"),
            _option("place", Pictogram.HOUSE, "Stedet og maten", "The place and the food"),
        ),
    ),
    unsatisfied=FollowUp(
        {"nb": "Hva var ikke bra?", "en": "What was not good?"},
        (
            _option("wait", Pictogram.CLOCK, "Ventetiden", "The waiting"),
            _option("staff", Pictogram.PERSON, "Måten jeg ble møtt på", "How I was met"),
            _option("nohelp", Pictogram.CLOSED, "Jeg fikk ikke hjelp", "I did not get help"),
            _option("language", Pictogram.LANGUAGE, "Vi forstod ikke hverandre", "We did not understand each other"),
            _option("unsafe", Pictogram.SHIELD, "Jeg følte meg ikke trygg", "I did not feel safe"),
        ),
    ),
)
_WAITING = {
    "nb": "Dere syntes ventetiden var lang. Nå er vi to på mandager.",
    "en": "You found the waiting long. On Mondays we are two now.",
}

EXAMPLES: Mapping[Kind, tuple[Example, ...]] = {
    Kind.SHEETS: (Example("release", "Two days' votes, sent when the broker was back.", SHEETS),),
    Kind.HELLO: (Example("hello", "A terminal that remembers asks what the store has.", _HELLO),),
    Kind.ACKS: (
        Example("stored", "The sheets of the example of `sheets` are on the collector's disk.", _ACKS),
        Example("answer", "The answer to the example of `hello`: all that the store has since that day.", _ANSWER),
        Example("ask", "The collector was away, and asks what the terminal keeps.", _ASK),
    ),
    Kind.PRESENCE: (
        Example("online", "On connect: here, and six sheets are not acknowledged yet.", _ONLINE),
        Example(
            "gone",
            "The last will, which the broker publishes when the connection is lost.",
            Presence(v=1, online=False),
        ),
        Example("faulty", "Here, but without sound and graphics card.", _FAULTY),
    ),
    Kind.SURVEY: (
        Example(
            "next",
            "Another wording is to be shown from the new year on.",
            SurveyMessage(v=1, survey=_NEXT_SURVEY, since=date(2027, 1, 1)),
        ),
        Example(
            "told",
            "The managers tell visitors what came of what they said, and when the place is open from then on.",
            SurveyMessage(
                v=1,
                survey=_NEXT_SURVEY,
                since=date(2027, 1, 1),
                messages=(_WAITING,),
                opening=(OpenTime("mon-thu", "10:00", "16:00"), OpenTime("fri", "10:00", "14:00")),
            ),
        ),
    ),
}
"""The examples by topic; the first of each is the one to begin with."""
