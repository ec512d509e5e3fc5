"""The real window over a fake recorder, as a program: `python -m tests.window WIDTHxHEIGHT LANGUAGE,LANGUAGE FLAG`.

Prints a line of JSON for everything that happens: the first face, every frame, every change, the end.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Thread
from time import monotonic

import structlog
from msgspec.structs import replace

import kiosk.ui.app
from kiosk.faults import Faults
from kiosk.moment import Known
from kiosk.session import Session, Timing
from kiosk.surveys import Shown
from kiosk.ui.app import Fittings, KioskApp
from kiosk.ui.voice import SdlVoice
from locales.catalogue import default_survey
from locales.voices import Voices
from tests.fakes.recorder import FakeRecorder

NEVER = float("inf")
SOON = 6.0
"""Seconds after the last touch."""


def say(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, "at": monotonic(), **facts}), flush=True)


def parsed(size: str) -> tuple[int, int]:
    width, height = map(int, size.split("x"))
    return width, height


def main(size: str, languages: str, *flags: str) -> None:
    """With `broken` the disk refuses every vote, with `mute` it never answers; with `slow` no time runs out.

    With `quick` a touch right after another counts. With `closed` no visitors are expected, and the screen soon sleeps.
    With `languid` screens fade three times as slowly.
    With `other` another survey is to be shown as soon as somebody has voted. SCREEN instead of the size is full screen.
    Sound goes where SDL_AUDIODRIVER says.
    """
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    offered = languages.split(",")
    sessions: list[Session] = []

    def answer(ok: bool) -> None:
        """From another thread, as the tally does."""
        before, after = recorder.changes[-1].before, recorder.changes[-1].after
        votes = [vote and [vote.score, vote.language, vote.answer] for vote in (before, after)]
        say("change", before=votes[0], after=votes[1])
        if "other" in flags:
            old = default_survey()
            app.change(Shown(replace(old, id="visit@2", question=dict.fromkeys(old.languages, "?"))))
        if "mute" in flags:
            return
        Thread(target=lambda: app.call_soon(lambda: sessions[-1].recorded(ok))).start()

    recorder = FakeRecorder(answer, works="broken" not in flags)
    timing = Timing()
    if "slow" in flags:
        timing = Timing(why=NEVER, thanks=NEVER, language=NEVER, unavailable=NEVER, rotation=NEVER)
    if "quick" in flags:
        timing = replace(timing, debounce=0)
    if "closed" in flags:
        kiosk.ui.app.AWAKE = SOON

    def make_session(shown: Shown, speaks: Sequence[str]) -> Session:
        now = lambda: Known(datetime.now(UTC))  # noqa: E731
        session = Session(shown.survey, offered, recorder, monotonic, now, timing, speaks=speaks)
        sessions.append(session)
        return session

    def ready() -> None:
        if "languid" in flags:
            stage = sys.modules["kiosk.ui.stage"]  # brings Kivy, so it must not come before the window
            stage.LEAVES, stage.FADES = 0.2, 0.5  # type: ignore[attr-defined]
        say("ready")

    fittings = Fittings(
        SdlVoice(),
        Voices(),
        Faults(),
        size=None if size == "SCREEN" else parsed(size),
        is_open=lambda: "closed" not in flags,
    )
    app = KioskApp(
        make_session,
        Shown(default_survey()),
        offered,
        fittings,
        on_ready=ready,
        on_frame=lambda at: say("frame", drawn=at),
    )
    app.run()
    say("end", sessions=recorder.sessions)


if __name__ == "__main__":
    main(*sys.argv[1:])
