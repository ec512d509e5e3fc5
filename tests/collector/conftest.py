"""The store that the collector's tests share, and another process that has it open too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.store.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path / "fjes.db")
    yield store
    store.close()


@pytest.fixture
def operator(store: SqliteStore, tmp_path: Path) -> Iterator[SqliteStore]:
    """Another process's connection."""
    operator = SqliteStore.open(tmp_path / "fjes.db")
    yield operator
    operator.close()
