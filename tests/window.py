"""The real window over a fake recorder, as a program: `python -m tests.window WIDTHxHEIGHT LANGUAGE,LANGUAGE FLAG`.

Prints a line of JSON for everything that happens: the first face, every frame, every change, the end.
"""

import json
import sys
from datetime import UTC, datetime
from threading import Thread
from time import monotonic

import structlog
from msgspec.structs import replace

from contract.survey import Survey
from kiosk.moment import Known
from kiosk.session import Session, Timing
from kiosk.ui.app import KioskApp
from locales.catalogue import default_survey
from tests.fakes.recorder import FakeRecorder


def say(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, "at": monotonic(), **facts}), flush=True)


def parsed(size: str) -> tuple[int, int]:
    width, height = map(int, size.split("x"))
    return width, height


def main(size: str, languages: str, *flags: str) -> None:
    """With `broken` the disk refuses every vote, with `mute` it never answers; with `slow` nothing times out.

    With `other` another survey is to be shown as soon as somebody has voted. SCREEN instead of the size is full screen.
    """
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sessions: list[Session] = []

    def answer(ok: bool) -> None:
        """From another thread, as the tally does."""
        before, after = recorder.changes[-1].before, recorder.changes[-1].after
        votes = [vote and [vote.score, vote.language, vote.answer] for vote in (before, after)]
        say("change", before=votes[0], after=votes[1])
        if "other" in flags:
            old = default_survey()
            app.change_survey(replace(old, id="visit@2", question=dict.fromkeys(old.languages, "?")))
        if "mute" in flags:
            return
        Thread(target=lambda: app.call_soon(lambda: sessions[-1].recorded(ok))).start()

    recorder = FakeRecorder(answer, works="broken" not in flags)
    timing = Timing(why=600, thanks=600, language=600, unavailable=600) if "slow" in flags else Timing()

    def make_session(survey: Survey) -> Session:
        now = lambda: Known(datetime.now(UTC))  # noqa: E731
        sessions.append(Session(survey, languages.split(","), recorder, monotonic, now, timing))
        return sessions[-1]

    app = KioskApp(
        make_session,
        default_survey(),
        size=None if size == "SCREEN" else parsed(size),
        fullscreen=size == "SCREEN",
        on_ready=lambda: say("ready"),
        on_frame=lambda at: say("frame", drawn=at),
    )
    app.run()
    say("end", sessions=recorder.sessions)


if __name__ == "__main__":
    main(*sys.argv[1:])
