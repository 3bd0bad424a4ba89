"""Presets of the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMenu

from workbench.actions import Spec
from workbench.controllers.runs import RunController
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.recipe import Recipe


class PresetController:
    """Saves and applies presets.

    Args:
        desk: shared parts.
        runs: knows the recipe of the form.
        fill: fills the form from a recipe.
    """

    def __init__(self, desk: Desk, runs: RunController, fill: Callable[[Recipe], None],
                 defaults: Callable[[], None]) -> None:
        self._desk, self._runs, self._fill = desk, runs, fill
        add = desk.actions.add
        add(Spec("run.save_preset", "Save preset…", "Run", "Ctrl+S", "star", "form",
                 "Keep the options of this form under a name"), self.ask_name)
        add(Spec("run.defaults", "Reset options", "Run", section="form"), defaults)
        self.menu = QMenu("Presets", desk.window)
        self.menu.aboutToShow.connect(self._list)

    @property
    def folder(self) -> Path:
        """Where presets are."""
        return self._desk.library.home.presets

    def ask_name(self) -> None:
        """Ask under which name to keep the options."""
        if not self._desk.ready:
            return
        dialog = QInputDialog(self._desk.window)
        dialog.setWindowTitle("Save preset")
        dialog.setLabelText("Name of the preset")
        dialog.setTextValue(self._suggested())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self.save)
        dialog.open()

    def _suggested(self) -> str:
        with self._desk.guard():
            recipe = self._runs.recipe()
            model = str(recipe.options.get("model") or recipe.options.get("name") or "")
            return f"{recipe.task} {model}".strip()
        return ""

    def save(self, name: str) -> None:
        """Keep the options of the form under a name."""
        from engines.errors import BadInput
        from engines.file_names import portable
        from engines.files import write_atomic
        from engines.recipe_text import dump_preset

        with self._desk.guard():
            if not name.strip():
                raise BadInput("A preset needs a name of at least one letter; type one.")
            safe = portable(re.sub(r"[^\w .-]+", "_", name.strip()))
            write_atomic(self.folder / f"{safe}.toml", dump_preset(self._runs.recipe()).encode())
            self._desk.say(f"Saved the preset {safe}")

    def apply(self, file: Path) -> None:
        """Fill the form from a preset."""
        from engines.recipe_text import load_preset

        with self._desk.guard():
            self._fill(load_preset(file.read_text(encoding="utf-8"), file.name))
            self._desk.say(f"The form shows the preset {file.stem}")

    def delete(self, file: Path) -> None:
        """Delete a preset; undo brings it back."""
        with self._desk.guard():
            text = file.read_bytes()
            file.unlink(missing_ok=True)
            self._desk.history.push("Delete preset", lambda: self._bring_back(file, text), lambda: self._drop(file))

    def _bring_back(self, file: Path, text: bytes) -> None:
        from engines.files import write_atomic

        with self._desk.guard():
            write_atomic(file, text)

    def _drop(self, file: Path) -> None:
        with self._desk.guard():
            file.unlink(missing_ok=True)

    def _list(self) -> None:
        self.menu.clear()
        files = sorted(self.folder.glob("*.toml"))
        for file in files:
            self.menu.addAction(file.stem, lambda file=file: self.apply(file))
        if not files:
            empty = self.menu.addAction("No presets yet; save one with the star")
            empty.setEnabled(False)
            return
        drop = self.menu.addMenu("Delete")
        for file in files:
            drop.addAction(file.stem, lambda file=file: self.delete(file))
