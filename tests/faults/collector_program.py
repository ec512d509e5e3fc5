"""`fjes collector` in a hurry: `python -m tests.faults.collector_program STORE PORT NAME INBOX ROOM`.

Built of the same parts as deploy/collector.py builds it, but that it waits less long for broker and store.
"""

import sys
from pathlib import Path

from collector import acknowledge
from collector.fleet import Fleet
from collector.inbox import MESSAGE_BYTES, Inbox
from collector.service import Service
from collector.store.protocol import StoreError
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from deploy.logs import set_up_logs
from deploy.operating.lock import collecting
from deploy.signals import stop_event
from locales.catalogue import default_survey
from tests.faults.paces import PATIENCE, PAUSES


def main(store: str, port: str, name: str, inbox: str, room: str) -> int:
    """Exit status 1 when the store cannot be used at the start; whoever keeps it starts it again."""
    set_up_logs("collector")
    acknowledge._ROOM = int(room)
    with collecting(Path(store)):
        capacity = int(inbox) * (int(room) + MESSAGE_BYTES)
        return _run(Path(store), int(port), name, Inbox(capacity, patience=0.1))


def _run(store: Path, port: int, name: str, inbox: Inbox) -> int:
    try:
        opened = SqliteStore.open(store)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    survey = default_survey()
    subscriber = Subscriber("127.0.0.1", port, name, inbox, patience=PATIENCE)
    service = Service(opened, subscriber, Fleet(opened, subscriber, [survey], survey), pauses=PAUSES)
    stop = stop_event()
    try:
        service.start()
        stop.wait()
        service.stop()
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        opened.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
