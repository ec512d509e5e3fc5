"""The command `fjes`, with a light that walks slowly and thanks that stay: for visitors who listen on a busy machine.

Started as `python -m deploy` is: `python -m tests.e2e.slow_walk --config FILE kiosk`.
"""

import sys
from functools import partial

import kiosk.session
from deploy.command import main
from kiosk.timing import Timing
from kiosk.ui import narration

if __name__ == "__main__":
    narration.PAUSE = 4.0
    vars(kiosk.session).update(Timing=partial(Timing, thanks=30.0))
    sys.exit(main())
