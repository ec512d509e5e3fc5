"""What someone who builds a terminal of their own has to know, in words; the contract document opens with it."""

from collections.abc import Sequence

from contract.messages import MAX_BYTES
from contract.sheets import HOLD, PROFILES, RELEASE, Table

_CELLS = {
    Table.FACES: "`4`: the score. 4 very happy, 3 happy, 2 unhappy, 1 very unhappy",
    Table.PATTERN: "`4:2-14`: score, and hour of the week: day 1 (Monday) to 7, hour 0 to 23, no leading zero",
    Table.ANSWERS: "`4:help`: score, and the answer chosen after it; `4:none` when there was none",
    Table.LANGUAGES: "`4:nb`: score, and the language that was shown",
    Table.SUSPECT: "`4`: the score of a vote that looked like play; it is counted here and in no other table",
}

_OPENING = """\
A terminal shows four faces, counts the touches and sends the counts. A touchscreen is one; a box with four buttons \
and a microcontroller is another. This document is all that is needed to build one. It speaks of sending and receiving \
as the terminal does.

No message is about one visitor. A terminal keeps **sheets**: running tallies of one table over one period. A vote \
adds one to the cell it belongs to in each of four tables, and nothing else of it is kept.
"""

_RULES = f"""\
## The least that works
1. Take a terminal id that no other device of the site has, as `stua-1`, and an MQTT client id of its own.
2. At each power-up make up an `installation`, 32 random hexadecimal digits, and start all counts and revisions at \
zero. With a new installation at each power-up you need neither `hello` nor `acks`: what was sent before stays \
counted, and what is counted from now on is added to it.
3. Get the local time and its UTC offset (by SNTP and the time zone's rules). A vote without a right time has no sheet \
to go to: hold it until there is one.
4. Count each vote in its four sheets, with `none` for the answer if there are no follow-up buttons, and one of the \
survey's languages, always the same if there is nothing to choose.
5. When as many votes have gathered as the profile says, and at the end of each day with votes, release: raise the \
`revision` of every sheet that has changed by one, and publish all of these in one message to \
`fjes/v1/<terminal>/sheets`, those of the held tables with the scores alone until their period is over, and then once \
more. Without a disk, what was not released is lost with the power.
6. Publish with QoS 1. Without a broker, go on counting, and send everything when it is back. When in doubt, send \
again: that never doubles anything.
7. A sheet may be forgotten when its period is over and its newest revision has been delivered: acknowledged on \
`acks` is safest; confirmed by the broker (PUBACK) is enough where the broker keeps messages for the collector.

## Rules
- **Counts are totals.** A sheet says how many votes there were in its period since the installation began, not how \
many are new.
- **The revision grows with each change,** by one or more, also when a count went down. The newest revision of a sheet \
wins, whatever the order in which messages come; an older one, or the same one again, changes nothing. The same \
revision with other counts is refused.
- **All sheets of a release travel in one message,** so that the sums agree: over a month, `faces`, `pattern`, \
`answers` and `languages` of a terminal have the same number of votes. Only what does not fit in one message is split \
into `parts` that share a `batch`; the collector waits for all of them.
- **One installation is one memory.** Revisions that have been forgotten are never counted up again under the same \
installation: begin a new one. Nor do two devices ever share one.
- **A vote belongs to the hour, day and month of the visitor's first touch,** in local time. On the day when clocks go \
back one hour comes twice: `2026-10-25T02+02:00` and `2026-10-25T02+01:00` are two periods.
- **Answers and languages are the survey's.** The retained `survey` message lists them. Sheets name the survey that \
was shown; a sheet of an unknown survey is refused.
- **In profile `small` nothing changes with a single vote** in what leaves the terminal, neither message nor light: \
someone who sees both the door and the manager's page must not be able to tie a vote to a visitor. That is why votes \
are released in groups.
- **A message is JSON in UTF-8, of at most {MAX_BYTES:,} bytes** ({MAX_BYTES // 1024} KiB), with `"v": 1`. Wrong types \
and values are refused: a count is a whole number, not a text, and `true` is not 1. Of a sheets message only the bad \
sheets are refused. **Unknown fields are ignored,** so that newer and older devices understand each other: ignore them \
too.
- **`messages`, beside the survey, are for visitors.** Show them while nobody is there, one at a time and never longer \
than the question, or not at all.
- **`faults`, in the presence, are for operators.** Nothing else than the device itself may change them: not one vote \
more or less, nor that somebody is there.
- **What is crossed with the hour, the answer or the language is told when its period is over,** where the profile \
holds it: until then its sheet has the scores alone as cells (`4` in place of `4:2-14`), so that the sums agree and \
nobody can tell from two states of it who added what. Then a new revision of it has the whole cells, unless fewer \
votes came in all of it than gather for a release: their cells stay with the terminal. A cell of the score alone is \
taken in these three tables at any time; a device that has no buttons for answers still writes `4:none`.
- What is refused is kept for the operator with the reason; the terminal gets no answer.

## A terminal that remembers
A device that keeps its sheets over a power cut also keeps its installation, and owes the collector every revision \
until it is acknowledged. On each connect it subscribes to `acks`, sends a `hello` with a new `nonce`, and sends no \
sheets until the answer is complete: `complete` is true, the `nonce` is its own, and all `parts` are there. Then it \
sends every sheet whose revision is above the answer's, or that the answer does not list. An answer with a revision \
*above* what the disk had at the start says that the disk was rolled back and another life has written on: what was \
counted since the start goes to a new installation. When an `acks` message says `ask_hello`, the collector was away \
and may have an older store: say hello again.

## Try it
`mosquitto_pub -q 1 -t fjes/v1/stua-1/sheets -m '…'` with the first example of `sheets` is a terminal. Listen to the \
acknowledgement with `mosquitto_sub -q 1 -t fjes/v1/stua-1/acks`.
"""


def guide() -> str:
    """The description of the document, in Markdown."""
    return f"{_OPENING}\n## Tables\n{_tables()}\n\n{_RULES}"


def _tables() -> str:
    heads = ["table", "cells", *(f"period in profile `{profile}`" for profile in PROFILES)]
    rows = [[f"`{table}`", _CELLS[table], *(periods[table] for periods in PROFILES.values())] for table in Table]
    holds = " and ".join(f"{_listed(tables)} in `{profile}`" for profile, tables in HOLD.items())
    lines = [heads, ["---"] * len(heads), *rows]
    releases = " and ".join(f"{votes} in `{profile}`" for profile, votes in RELEASE.items())
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + (
        f"\n\nAn hour is written `2026-11-21T16+01:00`, a day `2026-11-21`, a month `2026-11`. The site chooses the"
        f" profile; it also says how many votes gather before a release ({releases}),"
        f" and which tables are held: {holds}."
    )


def _listed(tables: Sequence[Table]) -> str:
    return ", ".join(f"`{table}`" for table in tables) or "none"
