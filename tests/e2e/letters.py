"""A terminal without a screen, made of an unpacked bundle as `fjes kiosk` makes it, but in less of a hurry to wait."""

from datetime import datetime
from pathlib import Path

from contract.messages import Presence, SurveyMessage
from contract.patience import Patience
from contract.sheets import Vote
from deploy.configuration import read_settings
from kiosk.moment import Known
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.filing import Filing

QUICK = Patience(keepalive=5, soonest=0.05, longest=0.2)
PACE = Pace(messages=0.0, again=0.5, again_most=1.0)
FACE = Vote(4, "nb", "help")


class Letters:
    """The tally in the bundle's directory, and the publisher. `vote` counts a visitor and lets go of the count."""

    def __init__(self, directory: Path, *, host: str = "", port: int = 0, clock_trusted: bool = True) -> None:
        configuration = read_settings(directory / "fjes.toml")
        settings, sign_on = configuration.settings, configuration.sign_on()
        self._timezone = configuration.timezone
        self.clock_trusted = clock_trusted
        self.surveys: list[SurveyMessage] = []
        self.tally = Tally(
            directory / "tally.db", Filing(self._timezone, settings.privacy.granularities), release=1, machine="one"
        )
        self.publisher = Publisher(
            settings.terminal.id,
            self.tally,
            host=host or settings.broker.host,
            port=port or settings.broker.port,
            client_id=f"fjes-{settings.terminal.id}",
            presence=lambda: Presence(v=1, online=True, owed=self.tally.owed_count()),
            on_survey=self.surveys.append,
            pace=PACE,
            tls=sign_on.tls,
            user=sign_on.user,
            password=sign_on.password,
            clock_trusted=lambda: self.clock_trusted,
            patience=QUICK,
        )

    def start(self) -> None:
        self._goes = True
        self.tally.start()
        self.publisher.start()

    def vote(self, times: int = 1) -> None:
        for _ in range(times):
            self.tally.record(Change("visit@1", Known(datetime.now(self._timezone)), None, FACE))
        self.tally.release()
        self.publisher.nudge()

    def stop(self) -> None:
        """Once more is once too often for nobody."""
        if self._goes:
            self._goes = False
            self.publisher.stop()
            self.tally.close()
