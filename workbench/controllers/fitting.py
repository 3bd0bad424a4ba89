"""Chooses a model that fits a picture: one of colours for a picture of colours, the one used last before others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import Query

if TYPE_CHECKING:
    from engines.model_file import ModelFile

LOOKED_AT = 300  # newest runs in which the model used last is looked for


class FittingController:
    """Looks at the model of the form when a picture comes. It has no signals.

    Args:
        desk, panel: shared parts.
        choose: takes a model into the form, so that undo brings the one before back.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, choose: Callable[[str], object]) -> None:
        self._desk, self._panel, self.choose = desk, panel, choose

    def known(self) -> list[ModelFile]:
        """The models of images that there are."""
        from engines.modality import Modality
        from engines.model_list import find_models

        found = find_models(self._desk.library.home.model_folders())
        return [model for model in found if model.spec.modality is Modality.IMAGE]

    def suit(self, channels: int, in_grey: str) -> str:
        """Choose a model for a picture with 1 or 3 channels where the form has a grey one for colours.

        Args:
            in_grey: what the task does with it in a model without colours.

        Returns what there is to say of it, "" where nothing changed.
        """
        from engines.model_names import spoken

        asked = str(self._panel.values().get("model") or "")
        models = self.known() if asked and channels > 1 else []
        present = next((model for model in models if model.choice == asked), None)
        if present is None or present.spec.channels >= channels:
            return ""
        found = self.last([model for model in models if model.spec.channels >= channels])
        if found is None:
            return f"{spoken(asked)} sees it in grey and {in_grey}; train a model on colour pictures for colours"
        self.choose(found.choice)
        return f"{spoken(found.choice)} is chosen for it, since {spoken(asked)} knows no colours"

    def last(self, models: list[ModelFile]) -> ModelFile | None:
        """The one of them that a run used last, else the newest file; None of none."""
        from engines.model_names import written_at

        known = {model.choice: model for model in models}
        used = (str(run.options.get("model", "")) for run in self._desk.library.runs(Query(limit=LOOKED_AT)))
        newest = max(models, key=written_at, default=None)
        return next((known[name] for name in used if name in known), newest)
