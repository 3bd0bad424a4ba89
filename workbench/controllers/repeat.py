"""Running stored runs again, as they were or with another seed; and showing their files."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from workbench.actions import CHOOSE_RUN, Spec
from workbench.desk import Desk

SEEDS = 100_000  # other seeds are below it: a number that people can read out


class RepeatController:
    """What starts from the recipe or the folder of a stored run.

    Args:
        desk: shared parts.
        chosen: ids of the runs that are meant; says so when there are none.
        any_chosen: whether there are some.
        rerun: runs a recipe (JSON) again, under a title.
    """

    def __init__(self, desk: Desk, chosen: Callable[[], list[str]], any_chosen: Callable[[], bool],
                 rerun: Callable[[str, str], object]) -> None:
        self._desk, self._chosen, self._rerun = desk, chosen, rerun
        add = desk.actions.add
        add(Spec("library.rerun", "Run again", "Run", "Ctrl+R", section="again",
                 help="Repeat the chosen runs exactly", needs=CHOOSE_RUN), lambda: self.run(self._chosen()), any_chosen)
        add(Spec("library.reseed", "Run again with another seed", "Run", "Ctrl+Shift+R", section="again",
                 help="The same recipe from other noise", needs=CHOOSE_RUN), self.reseed, any_chosen)
        add(Spec("library.reveal", "Show files of run", "File", section="files", needs=CHOOSE_RUN),
            self.reveal, any_chosen)

    def run(self, keys: Sequence[str]) -> None:
        """Run the recipes of runs again."""
        with self._desk.guard():
            for key in keys:
                self._rerun(self._desk.library.recipe(key), self._desk.library.run(key).title)

    def reseed(self) -> None:
        """Run the recipes of the chosen runs again, each with a seed of its own."""
        with self._desk.guard():
            for key in self._chosen():
                self._rerun(reseeded(self._desk.library.recipe(key)), self._desk.library.run(key).title)

    def reveal(self) -> None:
        """Open the folder of the chosen run in the file manager."""
        for key in self._chosen()[:1]:
            folder = self._desk.library.folder(key)
            if not folder.is_dir():
                self._desk.complain(f"The files of “{self._desk.library.run(key).title}” are missing; run it again "
                                    "to get them back.", ("Run again", lambda key=key: self.run([key])))
            elif not reveal(folder):
                self._desk.complain(f"No file manager answered; the files are in “{folder}”.",
                                    ("Copy path", lambda path=str(folder): QGuiApplication.clipboard().setText(path)))


def reseeded(recipe: str) -> str:
    """A recipe (JSON) with another seed in place of its own or of its list."""
    values: dict[str, Any] = json.loads(recipe)
    options: dict[str, Any] = values.get("options", {})
    options |= {"seed": secrets.randbelow(SEEDS)} | ({"seeds": []} if options.get("seeds") else {})
    return json.dumps({**values, "options": options}, ensure_ascii=False)


def reveal(folder: Path) -> bool:
    """Open a folder in the system's file manager; False when there is none."""
    if sys.platform == "darwin":
        started: object = QProcess.startDetached("open", [str(folder)])
        return bool(started[0] if isinstance(started, tuple) else started)  # with the number of the process
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
