"""Sums of sheets, made by SQLite: of totals where they are up to date, and of the sheets themselves where not.

A total that is not up to date has no counts, so that a sum is never stale, whatever the collector has come to. All is
one statement, and so of one moment.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from collector.store.protocol import Stay
from contract.periods import Granularity

LENGTHS = {Granularity.HOUR: 19, Granularity.DAY: 10, Granularity.MONTH: 7}
"""Characters of a period as it is written: what a shorter one within it begins with."""
_BY_SURVEY = """
(SELECT json_group_object(survey, json(cells)) FROM (
    SELECT survey, json_group_object(cell, votes) AS cells FROM (
        SELECT survey, cell, sum(votes) AS votes FROM ({parts}) GROUP BY survey, cell
    ) GROUP BY survey
))
"""
_SHEETS_IN = """
SELECT s.survey AS survey, c.key AS cell, c.value AS votes FROM sheets AS s, json_each(s.counts) AS c
WHERE s.terminal = {total}.terminal AND s.[table] = {total}.[table] AND s.granularity IN ({granularities})
    AND s.period >= {total}.period AND s.period < {total}.period || '~'
"""
"""What starts within a total's period: as text it begins with it, and `~` comes after all that it can go on with."""


def _day(total: str) -> str:
    """Counts of a day's hours, by survey; `total` is the row's name in the statement around."""
    return _BY_SURVEY.format(parts=_SHEETS_IN.format(total=total, granularities="'hour'"))


def _month(total: str) -> str:
    """Counts of a month, by survey: of its days' totals, and of what was never kept by the hour."""
    return _BY_SURVEY.format(
        parts=f"""
        SELECT v.key AS survey, c.key AS cell, c.value AS votes
        FROM totals AS d, json_each(coalesce(d.counts, {_day("d")})) AS v, json_each(v.value) AS c
        WHERE d.terminal = {total}.terminal AND d.[table] = {total}.[table] AND d.granularity = 'day'
            AND d.period >= {total}.period AND d.period < {total}.period || '~'
        UNION ALL {_SHEETS_IN.format(total=total, granularities="'day', 'month'")}
        """  # noqa: S608 - no value of anybody is in it
    )


SUMS = f"""
WITH piece (unit, terminal, [table], since, until, [group]) AS MATERIALIZED (
    SELECT p.value ->> 0, p.value ->> 1, t.value, p.value ->> 2, p.value ->> 3, p.value ->> 4
    FROM json_each(:pieces) AS p, json_each(:tables) AS t
), kept (unit, granularity) AS (
    VALUES ('day', 'day'), ('day', 'month'), ('hour', 'hour'), ('hour', 'day'), ('hour', 'month')
), part ([group], [table], period, counts) AS (
    SELECT [group], m.[table], m.period, coalesce(m.counts, {_month("m")})
    FROM piece CROSS JOIN totals AS m ON m.terminal = piece.terminal AND m.[table] = piece.[table]
        AND m.granularity = 'month' AND m.period >= since AND m.period < until
    WHERE unit = 'month'
    UNION ALL
    SELECT [group], d.[table], d.period, coalesce(d.counts, {_day("d")})
    FROM piece CROSS JOIN totals AS d ON d.terminal = piece.terminal AND d.[table] = piece.[table]
        AND d.granularity = 'day' AND d.period >= since AND d.period < until
    WHERE unit = 'day'
    UNION ALL
    SELECT [group], s.[table], s.period, json_object(s.survey, json(s.counts))
    FROM piece CROSS JOIN kept ON kept.unit = piece.unit
        CROSS JOIN sheets AS s ON s.terminal = piece.terminal AND s.[table] = piece.[table]
            AND s.granularity = kept.granularity AND s.period >= since AND s.period < until
)
SELECT [group], part.[table], v.key, substr(part.period, 1, :length), c.key, sum(c.value)
FROM part, json_each(part.counts) AS v, json_each(v.value) AS c GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4
"""  # noqa: S608
MONTHS = f"""
SELECT m.terminal, m.period, m.[table], coalesce(m.counts, {_month("m")})
FROM json_each(:terminals) AS one CROSS JOIN json_each(:tables) AS t
    CROSS JOIN totals AS m ON m.terminal = one.value AND m.[table] = t.value AND m.granularity = 'month'
        AND m.period >= :since AND m.period < :until
"""  # noqa: S608
SPAN = """
SELECT min(first), max(last) FROM (
    SELECT
        (SELECT min(s.period) FROM sheets AS s WHERE s.terminal = p.value ->> 0 AND s.[table] = 'faces'
            AND s.granularity = kept.column1 AND s.period >= p.value ->> 1 AND s.period < p.value ->> 2) AS first,
        (SELECT max(s.period) FROM sheets AS s WHERE s.terminal = p.value ->> 0 AND s.[table] = 'faces'
            AND s.granularity = kept.column1 AND s.period >= p.value ->> 1 AND s.period < p.value ->> 2) AS last
    FROM json_each(:stays) AS p CROSS JOIN (VALUES ('hour'), ('day'), ('month')) AS kept
)
"""
_ADD_UP = """
UPDATE totals AS t SET counts = {counts} FROM (
    SELECT terminal, [table], granularity, period FROM totals
    WHERE counts IS NULL AND granularity = '{granularity}' AND period < :before LIMIT :most
) AS due
WHERE t.terminal = due.terminal AND t.[table] = due.[table] AND t.granularity = due.granularity
    AND t.period = due.period
"""
ADD_UP_DAYS = _ADD_UP.format(counts=_day("t"), granularity="day")
ADD_UP_MONTHS = _ADD_UP.format(counts=_month("t"), granularity="month")
WRONG = f"""
SELECT count(*) FROM (
    SELECT terminal, [table], granularity, period FROM totals AS t
    WHERE counts <> CASE granularity WHEN 'day' THEN {_day("t")} ELSE {_month("t")} END
    UNION ALL
    SELECT * FROM (
        SELECT terminal, [table], 'month', substr(period, 1, 7) FROM sheets
        UNION SELECT terminal, [table], 'day', substr(period, 1, 10) FROM sheets WHERE granularity = 'hour'
        EXCEPT SELECT terminal, [table], granularity, period FROM totals
    )
)
"""  # noqa: S608
"""Totals that are not what they are made of (a month of its days), and those that are not there at all."""


def bound(day: date) -> str:
    """What the periods of sheets that start on this day or later do not come before, as text."""
    text = day.isoformat()
    return text.removesuffix("-01") if day.day == 1 else text


def granularity_of(period: str) -> str:
    """Of a sheet, by how its period is written."""
    return {7: "month", 10: "day"}.get(len(period), "hour")


def totals_of(period: str) -> Iterator[tuple[str, str]]:
    """Granularity and period of the totals that a sheet of this period is part of."""
    if len(period) > LENGTHS[Granularity.DAY]:
        yield "day", period[: LENGTHS[Granularity.DAY]]
    yield "month", period[: LENGTHS[Granularity.MONTH]]


def pieces_of(stays: Iterable[Stay], unit: Granularity, group: str) -> Iterator[tuple[str, str, str, str, str]]:
    """By what to read each terminal from when until when: whole months by month where `unit` is, else by day."""
    for stay in stays:
        whole = stay.since, stay.until
        if unit is Granularity.MONTH:
            first, last = _month_from(stay.since), _month_until(stay.until)
            whole = (first, last) if first <= last else (stay.until, stay.until)
        cuts = (stay.since, *whole, stay.until)
        for piece, since, until in zip((Granularity.DAY, unit, Granularity.DAY), cuts[:-1], cuts[1:], strict=True):
            if since < until:
                yield piece, stay.terminal, bound(since), bound(until), group


def _month_from(day: date) -> date:
    """The first day of a month from here on."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _month_until(day: date) -> date:
    """The last one until here; for ever is a month too."""
    return day if day == date.max else day.replace(day=1)
