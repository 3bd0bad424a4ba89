"""One stage for all workspaces: what stood on it for one is put back when that one is shown again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.desk import Desk
from workbench.workspaces.base import Workspace
from workbench.workspaces.registry import Spaces


@dataclass(frozen=True, slots=True)
class Left:
    """What a workspace had when it was left: the run on the stage, and what brings back all that stood with it."""

    run: str
    again: Callable[[], object]


class Swap:
    """Changes the stage from workspace to workspace.

    Args:
        desk, spaces: shared parts.
    """

    def __init__(self, desk: Desk, spaces: Spaces) -> None:
        self._desk, self._spaces = desk, spaces
        self._left = dict[str, Left]()  # by the workspace that was left

    def to(self, space: Workspace) -> None:
        """Put back what was on the stage when this workspace was left, in place of another's."""
        stage, queue = self._desk.stage, self._desk.queue
        if space.timeline is not None or (stage.live is not None and space.shows(stage.live.task)):
            return
        if stage.live is not None:
            owner = self._spaces.staged
            self._left[owner.name] = Left(stage.run, owner.parted())
        left = self._left.pop(space.name, None)
        if left is not None and not self._desk.library.has(left.run, trash=False):
            left = None
        queue.look_at("other workspaces", {one.run for one in (*self._left.values(), left) if one is not None})
        if left is not None:
            stage.show(queue.live(left.run))
            left.again()
        elif stage.live is not None:
            stage.show(None)
