"""An executor whose work is done when the test says so, on the test's own thread."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


class FakeExecutor(Executor):
    """Does at once what it is given; while `held`, at the next `work`."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: list[Callable[[], None]] = []

    def submit(self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Result]:
        future: Future[Result] = Future()
        self._waiting.append(lambda: future.set_result(fn(*args, **kwargs)))
        if not self.held:
            self.work()
        return future

    def work(self) -> None:
        """Does all that waits."""
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            task()
