"""The buttons of a form that choose a file or a folder: what is chosen goes into its option, and undo takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from workbench.controllers.files import TABLES, ask_folder, ask_open
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

MODELS = "Models (*.safetensors);;All files (*)"
Ask = Callable[[Desk, str, Callable[[Path], object]], object]

# by the hint of the option: what is asked, and how
ASKED: Mapping[str, tuple[str, Ask]] = {
    "table": ("Choose a table of points", lambda desk, title, done: ask_open(desk, title, TABLES, done)),
    "teacher": ("Choose a model", lambda desk, title, done: ask_open(desk, title, MODELS, done)),
    "classifier": ("Choose a classifier", lambda desk, title, done: ask_open(desk, title, MODELS, done)),
    "training": ("Continue a stored run", ask_folder)}


class FormFiles:
    """Answers the buttons of files and folders whose option says all there is to know. It has no signals.

    Args:
        desk, panel: shared parts.
    """

    def __init__(self, desk: Desk, panel: TaskPanel) -> None:
        self._desk, self._panel = desk, panel
        panel.browse_requested.connect(self._ask)

    def _ask(self, option: str) -> None:
        form = self._panel.form
        for widget, (title, ask) in ASKED.items() if form is not None else ():
            for name in form.hinted(widget) if form is not None else ():
                if name.rpartition(".")[2] == option:
                    ask(self._desk, title, lambda path, name=name: self._take(name, path))
                    return

    def _take(self, name: str, path: Path) -> None:
        """Put a file into its option, "file" or "objective.teacher"."""
        form, (outer, _, inner) = self._panel.form, name.partition(".")
        if form is None:
            return

        before = form.values().get(outer)
        value = {**before, inner: str(path)} if inner and isinstance(before, Mapping) else str(path)
        change_form(self._desk.history, f"Choose {path.name}", form, {outer: value}, partial(self._panel.put, form))
