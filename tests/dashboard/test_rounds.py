"""A thread that goes on, whatever happens, and says why it could not once."""

from structlog.testing import capture_logs

from dashboard.rounds import Rounds
from tests.polling import eventually


def test_it_goes_on_and_tells_the_same_reason_once() -> None:
    results = iter(["away", "away", "broken", "", "away", "full"])
    done: list[str] = []

    def act() -> None:
        result = next(results, "")
        done.append(result)
        if result == "broken":
            raise ValueError(result)
        if result:
            raise OSError(result)

    with capture_logs() as logs:
        rounds = Rounds("walk", act, 0.001, (OSError,))
        rounds.start()
        try:
            eventually(lambda: len(done) > 6)
        finally:
            rounds.stop()
    told = [line["reason"] for line in logs if line["log_level"] == "warning"]
    (broken,) = (line for line in logs if line["log_level"] == "error")
    assert told == ["away", "away", "full"]
    assert broken["traceback"].rstrip().endswith("ValueError: broken")
