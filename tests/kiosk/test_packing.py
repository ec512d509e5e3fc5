"""Sheets into messages: small enough for the wire, and no month torn apart."""

from collections import defaultdict
from collections.abc import Iterable

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from contract.messages import MAX_BYTES, SheetsMessage, encode
from contract.sheets import Sheet, Table
from kiosk.publisher.packing import Month, month_of, pack

LONGEST_INSTALLATION = "i" * 64


def a_sheet(survey: str, table: Table, month: int, day: int, cells: int) -> Sheet:
    """A sheet as large as its table lets it be: up to 672 cells in `pattern`."""
    if table is Table.PATTERN:
        names = [f"{score}:{weekday}-{hour}" for score in "1234" for weekday in range(1, 8) for hour in range(24)]
        period = f"2026-{month:02}"
    else:
        names, period = list("1234"), f"2026-{month:02}-{day:02}"
    return Sheet(survey, table, period, 1, dict.fromkeys(names[:cells], 10**9))


SHEETS = st.lists(
    st.builds(
        a_sheet,
        st.sampled_from(["visit@1", "visit@2", "other@1"]),
        st.sampled_from([Table.FACES, Table.PATTERN]),
        st.integers(1, 3),
        st.integers(1, 28),
        st.integers(0, 672),
    ),
    max_size=30,
    unique_by=lambda sheet: (sheet.survey, sheet.table, sheet.period),
)


def batches(sheets: Iterable[Sheet]) -> list[list[SheetsMessage]]:
    return list(pack(LONGEST_INSTALLATION, sheets))


def months_in(batch: Iterable[SheetsMessage]) -> set[Month]:
    return {month_of(sheet) for message in batch for sheet in message.sheets}


def big_month(survey: str = "visit@1", days: int = 28) -> list[Sheet]:
    """More than a message takes: an airport's month by hours."""
    return [
        Sheet(survey, Table.FACES, f"2026-01-{day:02}T{hour:02}+01:00", 1, dict.fromkeys("1234", 10**9))
        for day in range(1, days + 1)
        for hour in range(24)
    ]


@given(SHEETS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_sheet_is_sent_once_and_every_message_fits(sheets: list[Sheet]) -> None:
    messages = [message for batch in batches(sheets) for message in batch]
    sent = [sheet for message in messages for sheet in message.sheets]
    assert sorted(map(repr, sent)) == sorted(map(repr, sheets))
    assert all(len(encode(message)) <= MAX_BYTES for message in messages)


@given(SHEETS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_month_is_in_two_batches(sheets: list[Sheet]) -> None:
    seen: dict[Month, int] = defaultdict(int)
    for batch in batches(sheets):
        for month in months_in(batch):
            seen[month] += 1
    assert set(seen) == {month_of(sheet) for sheet in sheets}
    assert set(seen.values()) <= {1}


def test_what_fits_is_one_message_without_parts() -> None:
    [[message]] = batches([a_sheet("visit@1", Table.FACES, month, 3, 4) for month in (1, 2, 3)])
    assert (message.batch, message.part, message.parts) == ("", 1, 1)


def test_a_month_that_is_too_big_becomes_parts_of_one_batch() -> None:
    [batch] = batches(big_month())
    assert len(batch) > 1
    assert all(len(encode(message)) <= MAX_BYTES for message in batch)
    assert len({message.batch for message in batch}) == 1
    assert batch[0].batch
    assert [(message.part, message.parts) for message in batch] == [(n, len(batch)) for n in range(1, len(batch) + 1)]
    assert [sheet for message in batch for sheet in message.sheets] == big_month()


def test_two_batches_have_two_names() -> None:
    names = {message.batch for batch in batches([*big_month(), *big_month("visit@2")]) for message in batch}
    assert len(names) == 2


def test_the_oldest_month_comes_first() -> None:
    months = [a_sheet("visit@1", Table.PATTERN, month, 1, 672) for month in (3, 1, 2)]
    sent = [sheet.period for batch in batches(months * 1) for message in batch for sheet in message.sheets]
    assert sent == ["2026-01", "2026-02", "2026-03"]


def test_an_hour_day_and_month_of_one_month_belong_together() -> None:
    texts = ("2026-03-29T03+02:00", "2026-03-29", "2026-03")
    assert {month_of(Sheet("visit@1", Table.FACES, text, 1, {})) for text in texts} == {("2026-03", "visit@1")}


def test_nothing_owed_is_nothing_sent() -> None:
    assert batches([]) == []
