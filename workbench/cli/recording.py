"""The steps of a run of the command line, kept so that the window scrubs it like one of its own."""

from __future__ import annotations

import contextlib
from pathlib import Path

from engines.errors import WorkbenchError
from engines.events import Opened, Stepped
from engines.recorded_size import CROWD, LITTLE, recorded_size, too_large
from engines.trajectory import Trajectory

MEANWHILE = ".steps"  # suffix of the files where a run's steps lie that memory does not hold


class Recording:
    """Keeps each step of a run that can be looked at; of thousands of pictures, or where there is no room, none.

    Args:
        folder: of the run in the library; what memory does not hold lies there meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._steps: Trajectory | None = None

    def open(self, event: Opened) -> None:
        """Make room for the steps of a run that begins."""
        crowded = event.shape[0] > CROWD and recorded_size(event.shape, event.total) > LITTLE
        if crowded or too_large(event.shape, event.total, self._folder):
            return
        with contextlib.suppress(WorkbenchError):  # the samples are what was asked for
            self._steps = Trajectory(event.shape, event.total, folder=self._folder)

    def take(self, event: Stepped) -> None:
        """Keep a step."""
        if self._steps is None:
            return
        try:
            self._steps.append(event.step, event.curves)
        except WorkbenchError:  # a full disk; the run itself needs none of this
            self.close()

    def save(self, file: Path) -> bool:
        """Write the steps there; False when there are none or no room for them."""
        if self._steps is None or not len(self._steps):
            return False
        with contextlib.suppress(WorkbenchError):
            self._steps.save(file)
            return True
        return False

    def close(self) -> None:
        """Give memory and temporary files back."""
        if self._steps is not None:
            self._steps.close()
            self._steps = None
