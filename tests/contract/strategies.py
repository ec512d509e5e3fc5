"""Every value that the contract allows, for properties that hold of all of them."""

from datetime import date, datetime

import hypothesis.strategies as st

from contract.examples import WireMessage
from contract.ids import LANGUAGE, NONE, OPTION
from contract.messages import MAX_FAULTS, Acks, Hello, Presence, Revisions, SheetsMessage, SurveyMessage
from contract.opening import OpenTime
from contract.periods import FIRST_YEAR, LAST_YEAR, Granularity, Period
from contract.sheets import CELLS, Sheet, Table
from contract.survey import MESSAGES, FollowUp, Option, Pictogram, Survey

SHEET_GRANULARITIES = (Granularity.HOUR, Granularity.DAY, Granularity.MONTH)
LANGUAGES = ("nb", "en", "es", "ro", "bg", "th", "ksh")


def _slug(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


surveys_ids = _slug(r"[a-z][a-z0-9-]{0,8}@[1-9][0-9]{0,8}")
installations = _slug(r"[a-z0-9-]{8,64}")
tables = st.sampled_from(Table)
revisions = st.integers(1, 2**53)
names = st.text(max_size=64)
days = st.dates(date(FIRST_YEAR + 1, 1, 1), date(LAST_YEAR - 1, 12, 31))


@st.composite
def periods(draw: st.DrawFn, granularities: tuple[Granularity, ...] = tuple(Granularity)) -> Period:
    """Any period, an hour with any offset that a place may have."""
    granularity = draw(st.sampled_from(granularities))
    day = draw(days)
    quarters = draw(st.integers(-14 * 4, 14 * 4))
    if granularity is not Granularity.HOUR:
        return Period.of(granularity, datetime(day.year, day.month, day.day))
    sign, quarters = ("-", -quarters) if quarters < 0 else ("+", quarters)
    hour = draw(st.integers(0, 23))
    return Period.parse(f"{day}T{hour:02}{sign}{quarters // 4:02}:{quarters % 4 * 15:02}")


sheet_periods = periods(SHEET_GRANULARITIES).map(str)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    table = draw(tables)
    cells = st.from_regex(CELLS[table], fullmatch=True)
    counts = draw(st.dictionaries(cells, st.integers(0, 10**9), max_size=4))
    return Sheet(draw(surveys_ids), table, draw(sheet_periods), draw(revisions), counts, draw(st.booleans()))


@st.composite
def sheets_messages(draw: st.DrawFn) -> SheetsMessage:
    parts = draw(st.integers(1, 9))
    return SheetsMessage(
        v=1,
        installation=draw(installations),
        sheets=draw(st.lists(sheets(), min_size=1, max_size=3)),
        batch=draw(st.text(min_size=1, max_size=64)),
        part=draw(st.integers(1, parts)),
        parts=parts,
    )


stored: st.SearchStrategy[Revisions] = st.dictionaries(
    surveys_ids,
    st.dictionaries(tables, st.dictionaries(sheet_periods, revisions, max_size=2), max_size=2),
    max_size=2,
)


@st.composite
def acks(draw: st.DrawFn) -> Acks:
    parts = draw(st.integers(1, 9))
    return Acks(
        v=1,
        installation=draw(installations),
        revisions=draw(stored),
        complete=draw(st.booleans()),
        nonce=draw(names),
        part=draw(st.integers(1, parts)),
        parts=parts,
    )


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    languages = tuple(draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True)))
    texts = st.fixed_dictionaries({language: st.text(min_size=1, max_size=20) for language in languages})
    ids = draw(st.lists(_slug(OPTION).filter(lambda name: name != NONE), min_size=10, max_size=10, unique=True))
    options = [Option(name, draw(st.sampled_from(Pictogram)), draw(texts)) for name in ids]
    satisfied, unsatisfied = tuple(options[:5]), tuple(options[5:])
    return Survey(
        draw(surveys_ids), languages, draw(texts), FollowUp(draw(texts), satisfied), FollowUp(draw(texts), unsatisfied)
    )


hellos = st.builds(Hello, v=st.just(1), installation=installations, since=st.dates(), nonce=names)
presences = st.builds(
    Presence,
    v=st.just(1),
    online=st.booleans(),
    installation=st.none() | installations,
    software=names,
    survey=st.none() | surveys_ids,
    owed=st.integers(0, 10**6),
    clock=st.sampled_from(["trusted", "untrusted"]),
    faults=st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True), max_size=MAX_FAULTS).map(tuple),
)
told = st.dictionaries(st.sampled_from(LANGUAGES), st.text(min_size=1, max_size=20), max_size=3)
OPEN = (OpenTime("mon-fri", "09:00", "16:00"), OpenTime("sat,sun", "22:00", "02:00"), OpenTime("sun", "00:00", "24:00"))
survey_messages = st.builds(
    SurveyMessage,
    v=st.just(1),
    survey=surveys(),
    since=st.dates(),
    messages=st.none() | st.lists(told, max_size=MESSAGES).map(tuple),
    opening=st.none() | st.lists(st.sampled_from(OPEN), max_size=3).map(tuple),
)
messages: st.SearchStrategy[WireMessage] = st.one_of(sheets_messages(), acks(), hellos, presences, survey_messages)

languages = _slug(LANGUAGE)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
