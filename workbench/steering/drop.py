"""Opening anything: recipes and models here, pictures and folders and all else in the workspace they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QDialog, QWidget

from engines.errors import WorkbenchError
from widgets.controls.error_bar import Remedy
from workbench import bridge
from workbench.actions import Spec
from workbench.background import Background
from workbench.controllers.files import ask_open
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.wording.refusals import refuse_bad
from workbench.workspaces.registry import Spaces

if TYPE_CHECKING:
    from engines.diffusers_folder.taking import Taken
    from engines.recipe import Recipe

EVERYTHING = "Pictures, recipes and models (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.json *.toml " \
             "*.safetensors);;All files (*)"
MODELS = frozenset({".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".pkl"})
RECIPES = frozenset({".json", ".toml"})


class DropController:
    """Decides what to do with a file, a folder or what was dropped.

    Args:
        desk: shared parts.
        spaces, runs: what files and recipes go to.
        fill: fills the form from a recipe.
        background: reads what is large.
    """

    def __init__(self, desk: Desk, spaces: Spaces, runs: RunController, fill: Callable[[Recipe], None],
                 background: Background) -> None:
        self._desk, self._spaces, self._runs, self._background = desk, spaces, runs, background
        self._fill = fill
        desk.actions.add(Spec("file.open_any", "Open recipe or model…", "File", "Ctrl+Shift+O", section="open"),
                         lambda: ask_open(desk, "Open", EVERYTHING, self.open))

    def usable(self, data: QMimeData, source: QObject | None = None) -> bool:
        """Whether a drag carries something that can be opened; one that began in this window is on its way out."""
        if isinstance(source, QWidget) and source.window() is self._desk.window:
            return False
        return self._spaces.wants(data) or any(url.isLocalFile() for url in data.urls())

    def drop(self, data: QMimeData) -> None:
        """Open what was dropped."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.open(files[0])
            if len(files) > 1:
                self._desk.say(f"Opened {files[0].name}; drop files one by one, or their folder to train on them")
        else:
            self._spaces.drop(data)

    def arrive(self, files: Sequence[Path]) -> None:
        """Open files that another start asked for; a dialog over them would hide what there is to say, so it ends."""
        for dialog in self._desk.window.findChildren(QDialog) if files else ():
            if dialog.isVisible():
                dialog.reject()
        for path in files:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a file or folder by what it is; anything else is refused with a sentence."""
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self.open(path))
            self._desk.say(f"{path.name} opens as soon as the engine has started")
            return
        self._desk.settle()  # what was wrong with another file
        from engines.diffusers_folder.places import folder_of

        with self._desk.guard():
            folder = folder_of(path)
            if folder is not None:
                self.add_folder(folder)
                return
            ending = "" if path.is_dir() else path.suffix.lower()
            if ending in MODELS:
                self.add_model(path)
            elif ending in RECIPES:
                self._recipe(path)
            else:
                self._spaces.opener(path).open(path)

    def remember(self, path: Path) -> None:
        """Put a file that could be used on top of the recent ones."""
        self._desk.remember(path)

    def offer(self, path: Path, recipe: Recipe, *ways: Remedy) -> None:
        """Offer what can be done with a file that carries the recipe of the run that made it; `ways`: more of them."""
        if self._readable(recipe):
            ways = (("Show its options", lambda: self._fill(recipe)), *ways)
        self._offer(f"“{path.name}” carries the recipe of the run that made it.", recipe, *ways)

    def _offer(self, told: str, recipe: Recipe, *ways: Remedy) -> None:
        """Offer to repeat a run, or say why that is not possible; `ways`: what else can be done."""
        why_not = self._why_not(recipe)
        if why_not:
            self._desk.offer(f"{told} It cannot be repeated here. {why_not}", *ways)
        else:
            self._desk.offer(_with(told, self._notice(recipe)), ("Repeat the run", lambda: self._repeat(recipe)), *ways)

    def _readable(self, recipe: Recipe) -> bool:
        """Whether a form shows its options."""
        from engines.tasks.base import options_of

        try:
            options_of(recipe)
        except WorkbenchError:
            return False
        return self._spaces.owner(recipe.task) is not None

    def _why_not(self, recipe: Recipe) -> str:
        """Why a recipe cannot run here, "" when it can."""
        try:
            refuse_bad(recipe, self._desk.library.home.model_folders())
        except WorkbenchError as error:
            return str(error)
        return ""

    def _notice(self, recipe: Recipe) -> str:
        """Why a repeat would not be identical, "" when it is or nobody can know."""
        from engines.provenance import notice_of

        ran = recipe.fingerprints or recipe.backend
        folders, threads = self._desk.library.home.model_folders(), bridge.threads_of(recipe.backend.get("threads"))
        return notice_of(recipe, folders, threads) if ran else ""

    def _repeat(self, recipe: Recipe) -> None:
        with self._desk.guard():
            self._fill(recipe)
            self._runs.submit(recipe)

    def _recipe(self, path: Path) -> None:
        """A recipe in JSON offers to run; a preset in TOML fills the form."""
        from engines.errors import BadRecipe
        from engines.recipe import Recipe
        from engines.recipe_text import load_preset
        from engines.tasks.base import options_of, task

        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadRecipe(f"“{path.name}” is not a text; choose a recipe that this program exported.") from error
        read = load_preset if path.suffix.lower() == ".toml" else Recipe.from_json
        recipe = read(text, path.name)
        options_of(recipe)
        self._fill(recipe)
        self.remember(path)
        told = f"“{path.name}” is a recipe for {task(recipe.task).title}; its options are in the form."
        self._offer(told, recipe)

    def add_model(self, path: Path) -> None:
        """Copy a model into the user's models; raises BadCheckpoint for what is none."""
        from engines.model_file import read_header

        title = read_header(path).spec.title or path.stem
        home = self._desk.library.home
        self._desk.say(f"Looking at {path.name}")
        self._background.do(lambda: take_model(path, home.models, home.model_folders()),
                            lambda name: self._added(path, title, name), self._desk.complain)

    def add_folder(self, folder: Path) -> None:
        """Convert a folder in the format of diffusers into one of the user's models; what is none is refused later."""
        from engines.diffusers_folder.taking import take_folder

        def added(taken: Taken) -> None:
            self.remember(folder)
            self._desk.models_changed()
            self._desk.offer(taken.told)

        home = self._desk.library.home
        self._desk.say(f"Converting {folder.name}")
        self._background.do(lambda: take_folder(folder, home.models, home.model_folders()), added,
                            self._desk.complain)

    def _added(self, path: Path, title: str, name: str) -> None:
        self.remember(path)
        self._desk.models_changed()
        kept = "" if title == name else f" as “{name}”"
        self._desk.offer(f"Model “{title}” is in the model list now{kept}.")


def take_model(path: Path, models: Path, folders: Sequence[Path]) -> str:
    """Copy a model file into the folder `models`, unless it lies in one of `folders` already; returns its name.

    A file of the same name there is another model and stays. Raises BadCheckpoint, DiskFull.
    """
    from engines.checkpoint import load_model
    from engines.device import device
    from engines.files import write_atomic
    from engines.model_list import find_models

    load_model(path, device("cpu"))  # a truncated or foreign one is refused now, not in a queue
    if path.resolve() in {known.file.resolve() for known in find_models(folders)}:
        return path.stem
    data = path.read_bytes()
    for number in count(1):
        file = models / (path.name if number == 1 else f"{path.stem}-{number}{path.suffix}")
        if not file.exists():
            write_atomic(file, data)
        elif file.read_bytes() != data:
            continue
        return file.stem
    return ""


def _with(told: str, notice: str) -> str:
    """A sentence with what there is to know besides."""
    return f"{told} {notice}".strip()
