"""Releases that take several messages: their parts are held until all are there, to be stored in one transaction."""

from msgspec import Struct

from contract.messages import SheetsEnvelope

CAPACITY_BYTES = 16 * 1024 * 1024


class _Batch(Struct):
    installation: str
    name: str
    parts: int
    held: dict[int, bytes]

    @property
    def size(self) -> int:
        return sum(len(payload) for payload in self.held.values())


class Assembly:
    """Holds the payloads of one batch per terminal, the newest; the terminal sends a dropped one again."""

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._capacity_bytes = capacity_bytes
        self._batches: dict[str, _Batch] = {}
        self._bytes = 0

    def add(self, terminal: str, envelope: SheetsEnvelope, payload: bytes) -> list[bytes] | None:
        """All payloads of the batch, in order, when this was the last missing one; else None."""
        batch = self._forget(terminal)
        if batch is None or (batch.installation, batch.name, batch.parts) != (
            envelope.installation,
            envelope.batch,
            envelope.parts,
        ):
            batch = _Batch(envelope.installation, envelope.batch, envelope.parts, {})
        batch.held[envelope.part] = payload
        if len(batch.held) == batch.parts:
            return [batch.held[part] for part in range(1, batch.parts + 1)]
        self._batches[terminal] = batch  # at the end: the order is that of the last part heard
        self._bytes += batch.size
        while self._bytes > self._capacity_bytes:
            self._forget(next(iter(self._batches)))
        return None

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def _forget(self, terminal: str) -> _Batch | None:
        batch = self._batches.pop(terminal, None)
        if batch is not None:
            self._bytes -= batch.size
        return batch
