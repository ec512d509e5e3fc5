"""Lets deploy/installer run before anything is installed: the same as `fjes install`."""

import sys

from deploy.install.command import main

sys.exit(main())
