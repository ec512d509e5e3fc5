"""The command `fjes`, with a light that walks slowly: on a busy machine too a visitor chooses before it goes on.

Started as `python -m deploy` is: `python -m tests.e2e.slow_walk --config FILE kiosk`.
"""

import sys

from deploy.command import main
from kiosk.ui import narration

if __name__ == "__main__":
    narration.PAUSE = 4.0
    sys.exit(main())
