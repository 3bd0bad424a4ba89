"""Presets of the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu

from engines.errors import BadInput
from workbench.actions import Spec
from workbench.controllers.runs import RunController
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.recipe import Recipe

REPLACED = " in place of the one before; Undo brings that back"
DIALOG_WIDTH = 320  # px: a name and the title are read whole


class PresetController:
    """Saves, applies, renames and deletes presets.

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
        if self._desk.ready:
            self._ask("Save preset", "Save", self._suggested(), self.save)

    def ask_new_name(self, file: Path) -> None:
        """Ask for another name of a preset."""
        self._ask("Rename preset", "Rename", file.stem, lambda name: self.rename(file, name))

    def _ask(self, title: str, verb: str, name: str, then: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._desk.window)
        dialog.setWindowTitle(title)
        dialog.setLabelText("Name of the preset")
        dialog.setOkButtonText(verb)
        dialog.setTextValue(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(then)
        dialog.resize(DIALOG_WIDTH, dialog.sizeHint().height())
        dialog.open()

    def _suggested(self) -> str:
        with self._desk.guard():
            recipe = self._runs.bare()
            model = str(recipe.options.get("model") or recipe.options.get("name") or "")
            return f"{recipe.task} {model}".strip()
        return ""

    def save(self, name: str) -> None:
        """Keep the options of the form under a name; undo brings back a preset that had it."""
        from engines.recipe_text import dump_preset

        with self._desk.guard():
            file, text = self._file(name), dump_preset(self._runs.bare()).encode()
            before = file.read_bytes() if file.exists() else text
            self._write(file, text)
            self._desk.say(f"Saved the preset {file.stem}" + ("" if before == text else REPLACED))
            if before != text:
                self._desk.history.push("Save preset", lambda: self._bring_back(file, before, text),
                                        lambda: self._bring_back(file, text, before))

    def rename(self, file: Path, name: str) -> None:
        """Give a preset another name, one that no other has; undo gives back the old one."""
        with self._desk.guard():
            # beside it: the folder of a borrowed library's window is gone when it closes
            target = file.with_name(self._file(name).name)
            _replace(file, target)
            self._desk.history.push("Rename preset", lambda: self._move(target, file), lambda: self._move(file, target))
            self._desk.say(f"The preset {file.stem} is now {target.stem}")

    def _file(self, name: str) -> Path:
        """Where a preset of that name is kept. Raises BadInput for an empty one."""
        from engines.file_names import portable

        if not name.strip():
            raise BadInput("A preset needs a name of at least one letter; type one.")
        return self.folder / (portable(re.sub(r"[^\w .-]+", "_", name.strip())) + ".toml")

    @staticmethod
    def _write(file: Path, text: bytes) -> None:
        from engines.files import write_atomic

        write_atomic(file, text)

    def _move(self, file: Path, target: Path) -> None:
        with self._desk.guard():
            _replace(file, target)

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
            self._desk.history.push("Delete preset", lambda: self._bring_back(file, text),
                                    lambda: self._drop(file, text))
            self._desk.say(f"Deleted the preset {file.stem}; Undo brings it back")

    def _bring_back(self, file: Path, text: bytes, over: bytes | None = None) -> None:
        """Write a preset as it was, in place of `over`; another one that was saved since is not undone with it."""
        with self._desk.guard():
            if file.exists() and file.read_bytes() not in {text, over}:
                raise _taken(file)
            self._write(file, text)

    def _drop(self, file: Path, text: bytes) -> None:
        """Delete a preset again, unless another one has its name now."""
        with self._desk.guard():
            if file.exists() and file.read_bytes() == text:
                file.unlink()

    def files(self) -> list[Path]:
        """All presets by name, those of a library that is only borrowed too."""
        lent = self._desk.library.home.lender.presets
        return sorted({*self.folder.glob("*.toml"), *lent.glob("*.toml")})

    def _list(self) -> None:
        self.menu.clear()
        files = self.files()
        for file in files:
            self.menu.addAction(file.stem, lambda file=file: self.apply(file))
        if not files:
            empty = self.menu.addAction(f"No presets yet; save one with {self._key()}")
            empty.setEnabled(False)
            return
        self.menu.addSeparator()
        for title, act in (("Rename", self.ask_new_name), ("Delete", self.delete)):
            menu = self.menu.addMenu(title)
            for file in files:
                # those of a library that is borrowed can be taken, not changed
                menu.addAction(file.stem, lambda act=act, file=file: act(file)).setEnabled(file.parent == self.folder)

    def _key(self) -> str:
        return self._desk.actions["run.save_preset"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def _replace(file: Path, target: Path) -> None:
    """Give a preset the file of another name; raises BadInput where another one has it."""
    # a name that differs in its capitals alone is the same file on some disks
    if target.exists() and not target.samefile(file):
        raise _taken(target)
    file.replace(target)


def _taken(file: Path) -> BadInput:
    return BadInput(f"There is a preset {file.stem} already; choose another name, or rename or delete that one.")
