"""Bytes that find their own way through the code: atheris keeps what reaches a new line, and goes on from there.

It begins with every kind of message that the contract has an example of. An exception that is not a refusal ends it,
and leaves the bytes that did it in the directory: `python -m tests.fuzz.guided DIRECTORY SECONDS`.
"""

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["contract", "collector.intake", "collector.service", "collector.store"]):
    from collector.intake import Opened, open_message
    from collector.wire import Message
    from contract.errors import RefusedError
    from contract.messages import Acks, Hello, Presence, SheetsEnvelope, SheetsMessage, SurveyMessage, decode
    from contract.survey import parse_survey
    from contract.topics import Kind, topic
    from tests.fuzz.mutation import ALLOWED, seeds
    from tests.fuzz.site import Site

KINDS = (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE)
LONGEST = 65_537 + 1
SHAPES = (SheetsMessage, SheetsEnvelope, Hello, Acks, Presence, SurveyMessage)


def try_all(site: Site, data: bytes) -> None:
    """The first byte says on which topic the others come. Raises whatever is not a refusal."""
    kind, payload = KINDS[data[0] % len(KINDS)] if data else Kind.SHEETS, data[1:]
    for shape in SHAPES:
        with suppress(RefusedError):
            decode(payload, shape)
    with suppress(RefusedError):
        parse_survey(payload)
    message = Message(topic(ALLOWED[0], kind), payload)
    if isinstance(open_message(message), Opened):
        site.work([message])


def main(directory: str, seconds: str) -> None:
    """Ends the process: with status 0 after so many seconds in which nothing was found."""
    place = Path(directory)
    corpus = place / "corpus"
    corpus.mkdir()
    for number, (kind, payload) in enumerate(seeds()):
        first = bytes([KINDS.index(kind) if kind in KINDS else 0])
        (corpus / f"{number}").write_bytes(first + payload)
    site = Site(place, registered=True)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-len_control=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={place}/", f"{corpus}"], lambda data: try_all(site, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
