"""Faults come, stay, and go; each is logged once."""

import threading

from structlog.testing import capture_logs

from contract.messages import MAX_FAULTS, Presence, decode, encode
from kiosk.faults import Fault, Faults


def test_a_fault_is_there_until_it_is_cleared_and_logged_once_each_way() -> None:
    news: list[tuple[str, ...]] = []
    faults = Faults(lambda: news.append(faults.current))
    with capture_logs() as logs:
        faults.clear(Fault.SOUND)
        for _ in range(3):
            faults.report(Fault.SOUND, device="none")
        faults.report(Fault.DISK)
        assert [*faults.current] == ["disk", "sound"]
        for _ in range(3):
            faults.clear(Fault.SOUND)
        assert [*faults.current] == ["disk"]
    assert [(line["event"], line["log_level"], line["fault"]) for line in logs] == [
        ("fault", "warning", "sound"),
        ("fault", "warning", "disk"),
        ("fault-gone", "info", "sound"),
    ]
    assert logs[0]["device"] == "none"
    assert news == [("sound",), ("disk", "sound"), ("disk",)]


def test_all_there_can_be_go_into_a_presence() -> None:
    faults = Faults()
    with capture_logs():
        for fault in Fault:
            faults.report(fault)
    assert len(faults.current) == len(Fault) <= MAX_FAULTS
    presence = Presence(v=1, online=True, faults=faults.current)
    assert decode(encode(presence), Presence) == presence


def test_none_is_lost_between_threads() -> None:
    faults = Faults()
    barrier = threading.Barrier(len(Fault))

    def work(fault: Fault) -> None:
        barrier.wait()
        for _ in range(200):
            faults.report(fault)
            faults.clear(fault)
        faults.report(fault)

    threads = [threading.Thread(target=work, args=(fault,)) for fault in Fault]
    with capture_logs():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults.current == tuple(sorted(Fault))
