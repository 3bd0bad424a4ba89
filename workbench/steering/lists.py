"""The lists beside the library: models, data, recent files; each model with a picture of what it draws."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from engines.prior_name import prior_name
from widgets.lists.run_list import RunList
from widgets.lists.run_rows import RunRow
from workbench.background import Background
from workbench.controllers.data_list import DataList
from workbench.controllers.help import HelpController
from workbench.desk import Desk
from workbench.library.records import Query
from workbench.steering.engine import EngineController
from workbench.wording.model_words import called, model_facts, titled
from workbench.workspaces.registry import Spaces

if TYPE_CHECKING:
    from engines.model_file import ModelFile

LOOKED_AT = 300  # newest runs in which a picture of a model is looked for


class ListController:
    """Fills the lists whenever models or recent files change.

    Args:
        desk: shared parts.
        engine: knows the models.
        models, data: the lists.
        finder: finds models by typing.
        background: reads the pictures of a data set.
        spaces: the present one has data of its own.
        open_file: opens a recent file.
    """

    def __init__(self, desk: Desk, engine: EngineController, models: RunList, data: RunList, finder: HelpController,
                 background: Background, spaces: Spaces, open_file: Callable[[Path], None]) -> None:
        self._desk, self._engine, self._models = desk, engine, models
        self._finder, self._open = finder, open_file
        self._data = DataList(desk, data, background, self.refresh, lambda: spaces.current.sets)
        self.recent = QMenu("Recent files", desk.window)
        self.recent.aboutToShow.connect(self._list_recent)
        desk.changed_models.append(self.refresh)
        # the newest samples of a model are its picture
        desk.queue.job_finished.connect(lambda _run: self.refresh())
        desk.changed_recent.append(self._data.refresh)
        desk.queue.job_added.connect(lambda _run: self._data.refresh())
        self._data.refresh()

    def refresh(self) -> None:
        """Show the models there are, and the data there was."""
        models = self._engine.models
        words = called(models)
        newest = self._newest_runs()
        self._models.set_rows([RunRow(model.choice, titled(model, words[model.choice]), model_facts(model),
                                      thumbnail=self._picture(model, newest)) for model in models])
        self._finder.models = [(model.choice, titled(model, words[model.choice])) for model in models]
        self._data.refresh()

    def _newest_runs(self) -> dict[str, str]:
        """The newest run that drew with each model and nothing else, by the model's name."""
        found, engines = dict[str, str](), self._desk.queue.engines
        known = engines.tasks.values() if engines else ()
        drawing = frozenset(task.name for task in known if task.prior() and task.draws and not task.attached())
        for run in self._desk.library.runs(Query(tasks=drawing, limit=LOOKED_AT)) if drawing else ():
            found.setdefault(prior_name(run.options), run.id)
        return found

    def _picture(self, model: ModelFile, newest: dict[str, str]) -> QImage | None:
        """What a model draws, else what its training last showed, else what it learned from or is for."""
        for run in (newest.get(model.choice), model.file.parent.name):
            data = self._desk.library.thumbnail(run) if run else None
            if data:
                return QImage.fromData(data)
        learned = self._data.picture(learned_from(model))
        return learned if learned is not None else self._data.picture(meant_for(model))

    def _list_recent(self) -> None:
        self.recent.clear()
        for name in self._desk.session.recent:
            self.recent.addAction(Path(name).name, lambda name=name: self._open(Path(name))).setToolTip(name)
        if self.recent.isEmpty():
            self.recent.addAction("Nothing opened yet").setEnabled(False)


def learned_from(model: ModelFile) -> str:
    """The data set a model was trained on, a set of points as JSON, "" when its file does not say."""
    try:
        data = json.loads(model.extra.get("recipe", "{}"))["options"]["data"]
        return data if isinstance(data, str) else json.dumps(data)
    except (ValueError, KeyError, TypeError):
        return ""


def meant_for(model: ModelFile) -> str:
    """The folder of bundled photographs for a model of such pictures, "" for others."""
    from engines.data.samples import FOLDER
    from engines.modality import Modality

    spec = model.spec
    return str(FOLDER) if spec.modality is Modality.IMAGE and spec.network.anywhere and spec.channels > 1 else ""
