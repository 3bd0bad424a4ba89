"""The lists beside the library: models, data, recent files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu

from widgets.run_list import RunList
from workbench.controllers.engine import EngineController
from workbench.controllers.help import HelpController
from workbench.controllers.navigation import fill_data, model_rows
from workbench.desk import Desk


class ListController:
    """Fills the lists whenever models or recent files change.

    Args:
        desk: shared parts.
        engine: knows the models.
        models, data: the lists.
        finder: finds models by typing.
        open_file: opens a recent file.
    """

    def __init__(self, desk: Desk, engine: EngineController, models: RunList, data: RunList, finder: HelpController,
                 open_file: Callable[[Path], None]) -> None:
        self._desk, self._engine, self._models, self._data = desk, engine, models, data
        self._finder, self._open = finder, open_file
        self.recent = QMenu("Recent files", desk.window)
        self.recent.aboutToShow.connect(self._list_recent)
        desk.changed_models.append(self.refresh)
        fill_data(data, desk.session.recent)

    def refresh(self) -> None:
        """Show the models there are, and the data there was."""
        models = self._engine.models
        self._models.set_rows(model_rows(models))
        self._finder.models = [(model.choice, model.title or model.name) for model in models]
        fill_data(self._data, self._desk.session.recent)

    def _list_recent(self) -> None:
        self.recent.clear()
        for name in self._desk.session.recent:
            self.recent.addAction(Path(name).name, lambda name=name: self._open(Path(name))).setToolTip(name)
        if self.recent.isEmpty():
            self.recent.addAction("Nothing opened yet").setEnabled(False)
