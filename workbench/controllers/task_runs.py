"""The run that each task last showed: it comes back with the task."""

from __future__ import annotations

from collections.abc import Callable

from workbench.desk import Desk


class TaskRuns:
    """Puts runs of a workspace away with their task, and back. It has no signals.

    Args:
        desk: shared parts.
        own: whether a task is one of the workspace.
    """

    def __init__(self, desk: Desk, own: Callable[[str], bool]) -> None:
        self._desk, self._own = desk, own
        self._left = dict[str, tuple[str, int]]()  # run and step last looked at, by the task that was left

    def turn(self, task: str) -> None:
        """Put the run of this task that was last looked at in place of another task's, which waits for its turn."""
        stage, queue = self._desk.stage, self._desk.queue
        other = "" if stage.live is None else stage.live.task
        if other == task or (other and not self._own(other)):
            return
        if other:
            self._left[other] = stage.run, stage.index
        run, index = self._left.pop(task, ("", 0))
        run = run if self._desk.library.has(run, trash=False) else ""
        queue.look_at("other tasks", {run, *(waiting for waiting, _ in self._left.values())} - {""})
        if other or run:
            stage.show(queue.live(run) if run else None)
            stage.move(index)

    def forget(self, gone: Callable[[str], bool]) -> None:
        """The runs of some tasks are not put back any more; they stay in the library."""
        self._left = {task: left for task, left in self._left.items() if not gone(task)}
