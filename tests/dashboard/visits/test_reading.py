"""Files of visits: what is wrong is told with its line, and then nothing of the file is taken."""

from datetime import datetime

import pytest

from dashboard.people.visits import Entry
from dashboard.visits.reading import WrongFileError, number_of, read_visits

NOW = datetime(2023, 11, 22, 12)
PLACES = ("", "oslo", "oslo/pro")


def read(text: str | bytes) -> list[Entry]:
    raw = text if isinstance(text, bytes) else text.encode()
    return read_visits(raw, lambda place: place in PLACES, NOW)


def test_days_months_and_years_are_taken() -> None:
    assert read("place,period,visits\noslo/pro,2023-11-22,7\n/oslo/pro/,2023-11,0\noslo,2022,\n,2022,4611\n") == [
        Entry("oslo/pro", "2023-11-22", 7),
        Entry("oslo/pro", "2023-11", 0),
        Entry("oslo", "2022", None),
        Entry("", "2022", 4611),
    ]


def test_as_a_norwegian_spreadsheet_writes_it() -> None:
    text = "Place;Period;Visits\r\noslo/pro; 2022 ;4\u00a0611\r\n;;\r\n".encode("utf-8-sig")
    assert read(text) == [Entry("oslo/pro", "2022", 4611)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"place,period,visits\nP\xe5l,2022,1\n", "UTF-8"),
        ("", "The first line has to be place,period,visits, and not ."),
        ("period,place,visits\n2022,oslo,1\n", "and not period,place,visits."),
        ("place,period,visits\n", "There are no visits in that file."),
        ("place,period,visits\noslo,2022\n", "Line 2: there have to be three fields"),
        ('place,period,visits\noslo,2022,1\noslo,"2021"x,1\n', "Line 3: this is no line of a CSV file."),
        ("place,period,visits\noslo,2022,1\nbergen,2022,1\n", "Line 3: no terminal stands at “bergen”"),
        ("place,period,visits\noslo,2022-13,1\n", "Line 2: “2022-13” is no day, month or year"),
        ("place,period,visits\noslo,2022-Q1,1\n", "Line 2: “2022-Q1” is no day"),
        ("place,period,visits\noslo,2022-W01,1\n", "Line 2: “2022-W01” is no day"),
        ("place,period,visits\noslo,2023-12,1\n", "Line 2: “2023-12” has not begun yet."),
        ("place,period,visits\noslo,2022,many\n", "Line 2: “many” is no number of visits"),
        ("place,period,visits\noslo,2022,-1\n", "Line 2: “-1” is no number"),
        ("place,period,visits\noslo,2022,1.5\n", "Line 2: “1.5” is no number"),
        ("place,period,visits\noslo,2022,٣\n", "Line 2: “٣” is no number"),
        ("place,period,visits\noslo,2022,1234567890\n", "Line 2: “1234567890” is no number"),
        ("place,period,visits\noslo,2022,1\n\noslo,2022,2\n", "Line 4: “oslo,2022” stands in line 2 already."),
        (f"place,period,visits\noslo,{'9' * 300},1\n", f"Line 2: “{'9' * 40}…” is no day"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str | bytes, said: str) -> None:
    with pytest.raises(WrongFileError) as error:
        read(text)
    assert said in str(error.value)


def test_numbers_as_people_write_them() -> None:
    assert [number_of(text) for text in ("", " ", "0", "4 611", "4\u202f611")] == [None, None, 0, 4611, 4611]
