"""What the models are that recipes name; each is looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.errors import WorkbenchError
from engines.modality import Modality
from workbench.running.jobs import JobQueue

if TYPE_CHECKING:
    from engines.model_file import ModelFile, ModelSpec


class ModelSpecs:
    """Looks models up by name, file, folder or “run/name”. It has no signals.

    Args:
        queue: its engines read them, from its library.
    """

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._known = dict[str, "ModelFile | None"]()

    def forget(self) -> None:
        """Models changed: look each up anew."""
        self._known.clear()

    def find(self, model: str) -> ModelSpec | None:
        """What a model is; None before the engines are there, and for one that is gone, unnamed or ambiguous."""
        found = self.file(model)
        return None if found is None else found.spec

    def file(self, model: str) -> ModelFile | None:
        """A model with what its file says of it; None as for `find`."""
        if not model or self._queue.engines is None:
            return None
        if model not in self._known:
            self._known[model] = self._read(model)
        return self._known[model]

    def modality(self, model: str) -> Modality:
        """The kind of data that a model makes; images for one that is not known."""
        found = self.find(model)
        return Modality.IMAGE if found is None else found.modality

    def _read(self, model: str) -> ModelFile | None:
        from engines.model_list import known_model

        try:
            return known_model(model, self._queue.library.home.model_folders())
        except (WorkbenchError, OSError):  # the form and the run say why
            return None
