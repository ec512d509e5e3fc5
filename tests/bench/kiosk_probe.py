"""`fjes kiosk` as it is typed, keeper and all, which tells what happens inside the terminal.

`python -m tests.bench.kiosk_probe --config SETTINGS kiosk`. The keeper starts this program again, as it does `fjes`;
only then are the parts imported that tell, so that the start takes no longer for them.
"""

import sys

from deploy.command import main

if __name__ == "__main__":
    if "--kept" in sys.argv:
        from tests.bench.telling import tell

        tell()
    sys.exit(main())
