"""A report as a workbook for spreadsheets: typed cells, a sheet for each table, and one that says what they mean."""

import io
import re
from datetime import datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.reports.definitions import definitions
from dashboard.reports.report import Report
from dashboard.reports.tables import Cell, Part, Points, Table, tables_of

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
"""Letters that the format allows in no sheet's name."""
_NARROWEST, _WIDEST, _MEANING = 12, 60, 100
_HEAD_ROW = 3
_FORMATS = {
    "title": {"bold": True, "font_size": 16},
    "quiet": {"font_color": "#5E6B76"},
    "head": {"bold": True, "bottom": 1},
    "text": {},
    "hidden": {"align": "right"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "term": {"bold": True, "valign": "top"},
    "count": {"num_format": "#,##0"},
    "whole": {"num_format": "0%"},
    "percent": {"num_format": "0.0%"},
    "points": {"num_format": "0.0"},
}


def workbook(report: Report) -> bytes:
    """The xlsx file. The same figures give the same bytes."""
    file = io.BytesIO()
    made = datetime.combine(report.day, time())
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": f"{report.title}: {report.period}", "subject": report.place, "created": made})
        formats = {name: book.add_format(given) for name, given in _FORMATS.items()}
        for table in tables_of(report):
            _write_table(book.add_worksheet(_sheet_name(table.name)), table, report, formats)
        sheet = book.add_worksheet(_sheet_name(report.words.say("Definitions")))
        _write_definitions(sheet, report, formats)
    return file.getvalue()


def _sheet_name(name: str) -> str:
    return _FORBIDDEN.sub(" ", name)[:_LONGEST_NAME].strip()


def _write_head(sheet: Worksheet, title: str, report: Report, formats: dict[str, Format]) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(1, 0, f"{report.period} · {report.place}", formats["quiet"])


def _write_table(sheet: Worksheet, table: Table, report: Report, formats: dict[str, Format]) -> None:
    _write_head(sheet, table.title, report, formats)
    for column, head in enumerate(table.heads):
        sheet.write_string(_HEAD_ROW, column, head, formats["head"])
        sheet.set_column(column, column, _width(table, column))
    for row, line in enumerate(table.lines, _HEAD_ROW + 1):
        for column, cell in enumerate(line):
            _write(sheet, row, column, cell, formats)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)


def _width(table: Table, column: int) -> int:
    texts = [table.heads[column], *(cell for line in table.lines if isinstance(cell := line[column], str))]
    return min(max(_NARROWEST, *(len(text) + 2 for text in texts)), _WIDEST)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format]) -> None:
    """Texts are never taken for formulas or links."""
    match cell:
        case None:
            pass
        case Part():
            sheet.write_number(row, column, cell.honest, formats["percent" if cell.digits else "whole"])
        case Points():
            sheet.write_number(row, column, cell.honest, formats["points"])
        case int():
            sheet.write_number(row, column, cell, formats["count"])
        case _:
            sheet.write_string(row, column, cell, formats["hidden" if column else "text"])


def _write_definitions(sheet: Worksheet, report: Report, formats: dict[str, Format]) -> None:
    lines = definitions(report)
    _write_head(sheet, report.words.say("How these numbers are made"), report, formats)
    sheet.set_column(0, 0, max(len(term) for term, _ in lines) + 2)
    sheet.set_column(1, 1, _MEANING)
    for row, (term, meaning) in enumerate(lines, _HEAD_ROW):
        sheet.write_string(row, 0, term, formats["term"])
        sheet.write_string(row, 1, meaning, formats["wrapped"])
