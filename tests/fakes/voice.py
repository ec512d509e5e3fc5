"""A loudspeaker whose sounds end when the test says so, and that keeps what it was told to say."""

from pathlib import Path


class FakeVoice:
    """`said` has every sound begun and its amplitude; `now` is the one that goes on."""

    def __init__(self, *, working: bool = True) -> None:
        self.said: list[tuple[Path, float]] = []
        self.now: Path | None = None
        self.working = working

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self.now = None

    def say(self, file: Path, volume: float) -> None:
        self.said.append((file, volume))
        self.now = file if self.working else None

    def hush(self) -> None:
        self.now = None

    def end(self) -> None:
        """The sound is over."""
        self.now = None

    @property
    def playing(self) -> bool:
        return self.now is not None

    @property
    def names(self) -> list[str]:
        """What was said, as `nb/question`."""
        return [f"{file.parent.name}/{file.stem}" for file, _ in self.said]
