"""The form, or a stored run, as a line for a shell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from workbench.actions import CHOOSE_RUN, Spec
from workbench.bridge import engine_threads
from workbench.desk import Desk
from workbench.home import Home

if TYPE_CHECKING:
    from engines.recipe import Recipe


class CommandController:
    """Copies commands. What a line cannot hold is stored in the home's folder of inputs, by its content.

    Args:
        desk: shared parts.
        form: the recipe of the form; raises BadInput.
        chosen: ids of the runs that are meant; says so when there are none.
        any_chosen: whether there are some.
    """

    def __init__(self, desk: Desk, form: Callable[[], Recipe], chosen: Callable[[], list[str]],
                 any_chosen: Callable[[], bool]) -> None:
        self._desk, self._form, self._chosen = desk, form, chosen
        desk.actions.add(Spec("run.copy_command", "Copy as command", "Run", "Ctrl+Shift+C", "copy", "form",
                              "A line for a shell that does the same"), self.copy_form)
        desk.actions.add(Spec("library.copy_command", "Copy run as command", "Run", section="again",
                              help="A line for a shell that repeats the chosen run, a branch from its step on",
                              needs=CHOOSE_RUN),
                         self.copy_run, any_chosen)

    def copy_form(self) -> None:
        """Put the command line of the form on the clipboard."""
        with self._desk.guard():
            recipe, device = self._form(), self._desk.queue.device
            chosen = {"threads": str(engine_threads())} | ({} if device == "auto" else {"device": device})
            self._copy(replace(recipe, backend=chosen))

    def copy_run(self) -> None:
        """Put the command line that repeats the chosen run on the clipboard."""
        from engines.recipe import Recipe

        with self._desk.guard():
            for run in self._chosen()[:1]:
                self._copy(Recipe.from_json(self._desk.library.recipe(run)))

    def _copy(self, recipe: Recipe) -> None:
        from engines.provenance import located
        from engines.recipe_text import command_line

        home = self._desk.library.home
        recipe = located(recipe, home.model_folders())
        # a session whose data folder cannot be written has another, which a shell would no longer find
        lasting = Home(home.borrowed) if home.temporary and home.borrowed else home
        folder = "" if lasting.usual else str(lasting.root.resolve())
        if recipe.start is None and not recipe.fingerprints:
            paths = {name: str(self._stored(data, f"{Path(name).stem}", ".png")) for name, data in recipe.files.items()}
            words = command_line(recipe, paths, home=folder)
        else:  # the state that a branch begins with, and which file a model was, stand in no option
            file = self._stored(recipe.to_json().encode(), recipe.task, ".json")
            words = command_line(recipe, recipe_file=str(file), home=folder)
        QGuiApplication.clipboard().setText(words)
        self._desk.say(f"Copied: {words}")

    def _stored(self, data: bytes, name: str, ending: str) -> Path:
        """A file of these bytes; the same ones are stored once."""
        from engines.files import write_atomic

        stamp = hashlib.sha256(data).hexdigest()[:12]
        file = self._desk.library.home.root.resolve() / "inputs" / f"{name}-{stamp}{ending}"
        if not file.exists():
            write_atomic(file, data)
        return file
