"""Releases that take several messages: their parts are held until all are there, to be stored in one transaction."""

from msgspec import Struct

from contract.errors import RefusedError
from contract.messages import SheetsEnvelope

CAPACITY_BYTES = 16 * 1024 * 1024
BATCH_BYTES = 2 * 1024 * 1024
"""Of all batches, and of one: some ten thousand sheets, all that a terminal has after years without a broker."""


class _Batch(Struct):
    installation: str
    name: str
    parts: int
    held: dict[int, bytes]
    size: int = 0


class Assembly:
    """Holds the payloads of one batch per terminal, the newest; the terminal sends a dropped one again.

    Where all take too much, the largest goes first: who sends without end takes no room of those who do not.
    """

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES, batch_bytes: int = BATCH_BYTES) -> None:
        self._capacity_bytes = capacity_bytes
        self._batch_bytes = batch_bytes
        self._batches: dict[str, _Batch] = {}
        self._bytes = 0

    def add(self, terminal: str, envelope: SheetsEnvelope, payload: bytes) -> list[bytes] | None:
        """All payloads of the batch, in order, when this was the last missing one; else None.

        Raises RefusedError when they are more than one release may take.
        """
        batch = self._forget(terminal)
        if batch is None or (batch.installation, batch.name, batch.parts) != (
            envelope.installation,
            envelope.batch,
            envelope.parts,
        ):
            batch = _Batch(envelope.installation, envelope.batch, envelope.parts, {})
        batch.size += len(payload) - len(batch.held.get(envelope.part, b""))
        batch.held[envelope.part] = payload
        if batch.size > self._batch_bytes:
            raise RefusedError(f"the parts of a release take {self._batch_bytes} bytes at most; all were dropped")
        if len(batch.held) == batch.parts:
            return [batch.held[part] for part in range(1, batch.parts + 1)]
        self._batches[terminal] = batch
        self._bytes += batch.size
        while self._bytes > self._capacity_bytes:
            self._forget(max(self._batches, key=lambda name: self._batches[name].size))
        return None

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def _forget(self, terminal: str) -> _Batch | None:
        batch = self._batches.pop(terminal, None)
        if batch is not None:
            self._bytes -= batch.size
        return batch
