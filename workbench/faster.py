"""Making models faster in the background: after the first pictures, never before them."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject

from engines.errors import WorkbenchError
from engines.inference.compilation import Compilation
from workbench.desk import Desk

PROMISING = "split"  # what a run records that would have been compiled had the library been there


class Faster(QObject):
    """Compiles the network of a model once a run has sampled it; later runs pick the result up.

    One process at a time, at the lowest priority; where there is no compiler it fails, and nothing
    is said. It has no signals.
    """

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tried: set[str] = set()
        self._work: Compilation | None = None
        desk.queue.job_finished.connect(self._finished)

    @property
    def working(self) -> bool:
        """Whether a network is being compiled now."""
        return self._work is not None and self._work.running

    def close(self) -> None:
        """End what is under way; it starts anew next time."""
        self._desk.queue.job_finished.disconnect(self._finished)
        if self._work is not None:
            self._work.stop()

    def _finished(self, run: str) -> None:
        """Compile the model of a finished run, unless it was tried already."""
        try:
            recipe = json.loads(self._desk.library.recipe(run))
        except (WorkbenchError, ValueError):
            return
        model = str(recipe.get("options", {}).get("model") or "")
        waiting = recipe.get("backend", {}).get("compute") == PROMISING
        # tried once a session: where there is no compiler every run would start one that fails
        if model and waiting and model not in self._tried and not self.working:
            self._tried.add(model)
            self._work = Compilation(model, self._desk.library.home.model_folders())
