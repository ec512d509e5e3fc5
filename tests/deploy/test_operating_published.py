"""What was published is in a backup, and comes back where there is none, or where all is asked for."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.store.published import PublishedFile, PublishedReader, read_published
from deploy.operating.backup import make_backup
from deploy.operating.restore import restore
from locales.catalogue import default_survey
from tests.deploy.operated import Server, a_month

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.save(*a_month(7))
    publish(server, "oslo")
    return server


def path(server: Server) -> Path:
    return server.directory / "fjes-published.db"


def publish(server: Server, place: str) -> None:
    with closing(PublishedFile.open(path(server))) as file:
        file.publish(place, TODAY, default_survey(), known={})


def places(server: Server) -> list[str]:
    return [one.place for one in read_published(path(server))]


def test_it_comes_back_where_there_is_none(server: Server) -> None:
    file, manifest, _ = make_backup(server.configuration, server.file, now=NOON)
    assert [part.name for part in manifest.parts][:2] == ["store.db", "published.db"]
    path(server).unlink()
    restore(server.configuration, file, now=NOON)
    assert places(server) == ["oslo"]


def test_what_is_there_stays_unless_all_is_asked_for_and_the_collector_notices(server: Server) -> None:
    file, _, _ = make_backup(server.configuration, server.file, now=NOON)
    publish(server, "bergen")
    reader = PublishedReader(path(server))
    assert len(reader.look() or ()) == 2
    done = restore(server.configuration, file, now=NOON)
    assert "published.db" in done.left
    assert reader.look() is None
    for aside in server.directory.glob("*.before-restore-*"):
        aside.unlink()
    restore(server.configuration, file, everything=True, now=NOON)
    assert [one.place for one in reader.look() or ()] == ["oslo"]
    reader.close()
