"""Progress bars, on a screen only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

Progress = Callable[[int, int], None]
"""Hears how much of the work is done, and how much there is."""


@contextmanager
def progress_bar(name: str) -> Iterator[Progress]:
    """A bar named `name` while the work goes on; silent where standard error is not a screen."""
    with tqdm(desc=name, unit=" votes", ncols=78, disable=not sys.stderr.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
