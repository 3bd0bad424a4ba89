"""Going places: workspaces, tasks, runs, models and data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from widgets.option_form import OptionForm
from workbench.actions import Spec
from workbench.controllers.engine import IMAGE_TASKS
from workbench.controllers.picture import PictureController
from workbench.controllers.scrub import ScrubController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.workspaces.images import ImagesWorkspace

if TYPE_CHECKING:
    from engines.recipe import Recipe

IMAGES, TRAIN = "Images", "Train"
TITLES = {"generate": "Generate", "inpaint": "Inpaint", "edit": "Edit", "noise": "Noise", "train": "Train"}
BEAT = 30  # milliseconds between two looks at the run on the canvas


class Navigator(QObject):
    """Shows workspaces, tasks and runs.

    Signals: workspace_changed(str); task_changed(str).

    Args:
        desk, panel, scrub, picture, space: what it steers.
    """

    workspace_changed = Signal(str)
    task_changed = Signal(str)

    def __init__(self, desk: Desk, panel: TaskPanel, scrub: ScrubController, picture: PictureController,
                 space: ImagesWorkspace) -> None:
        super().__init__(desk.window)
        self._desk, self._panel, self._scrub, self._picture, self._space = desk, panel, scrub, picture, space
        self.workspace = IMAGES
        self.show_training: Callable[[str, bool], object] = lambda _run, _fill: None
        self._image_task = "generate"
        self._wanted, self._fills = "", True
        panel.task_chosen.connect(self.choose_task)
        desk.queue.run_opened.connect(self._opened)
        desk.queue.job_added.connect(self._resumed)
        self._poll = QTimer(self)
        self._poll.setInterval(BEAT)
        self._poll.timeout.connect(self._look)
        self._seen = -1
        desk.stage.shown.connect(self._forget)
        for signal in (desk.stage.shown, desk.stage.compared):
            signal.connect(self._hold)
        desk.actions.add(Spec("view.close_run", "Close run", "View", "Ctrl+W", section="run",
                              help="Clear the canvas and give its memory back; the run stays in the library"),
                         self.close_run)

    def start(self) -> None:
        """Begin to follow the run on the canvas."""
        self._poll.start()

    def stop(self) -> None:
        """Follow nothing more."""
        self._poll.stop()

    def choose_workspace(self, name: str) -> None:
        """Show a workspace with the task that was last used there."""
        self.choose_task("train" if name == TRAIN else self._image_task)

    def choose_task(self, name: str) -> None:
        """Show a task's form and the workspace it belongs to."""
        workspace = IMAGES if name in IMAGE_TASKS else TRAIN
        if workspace == IMAGES:
            self._image_task = name
        offered = IMAGE_TASKS if workspace == IMAGES else ("train",)
        self._panel.offer([(task, TITLES[task]) for task in offered])
        self._panel.show_task(name)
        if workspace != self.workspace:
            self.workspace = workspace
            self.workspace_changed.emit(workspace)
        if workspace == IMAGES:
            self._scrub.set_task(name)
        self.task_changed.emit(name)

    def show_run(self, run: str, *, fill: bool = True) -> None:
        """Put a run of the library on the canvas, its steps loaded when needed; `fill`: its options in the form."""
        with self._desk.guard():
            found = self._desk.library.run(run)
            if found.task == "train":
                self.show_training(run, fill)
                return
            live = self._desk.queue.open_run(run)
            self._wanted, self._fills = run, fill
            if not live.loading:
                self._opened(run)

    def _resumed(self, run: str) -> None:
        """A run that ended early goes on: it has a new view, and the canvas follows that one."""
        live = self._desk.queue.live(run)
        if run == self._desk.stage.run and live is not self._desk.stage.live:
            self._desk.stage.show(live)

    def _opened(self, run: str) -> None:
        """A run is loaded: show it as its task shows runs, with its picture and mask."""
        live = self._desk.queue.live(run)
        if run != self._wanted or live is None:
            return
        self._wanted = ""
        with self._desk.guard():
            task = self._desk.library.run(run).task
            if task in IMAGE_TASKS:
                self.choose_task(task)
                if self._desk.ready:
                    from engines.recipe import Recipe

                    recipe = Recipe.from_json(self._desk.library.recipe(run))
                    if self._fills:
                        self.fill(recipe)
                    else:
                        self._put_files(recipe)
        # a run whose recipe cannot be read any more still has steps to look at
        self._desk.stage.show(live)

    def fill(self, recipe: Recipe) -> None:
        """Show the options of a recipe in its form, with its picture and mask; undo brings back what was there."""
        self.choose_task(recipe.task)
        form = self._panel.form
        if form is not None:
            before = dict(form.values())
            self._put_values(form, recipe.parsed().model_dump(mode="json"))
            after = dict(form.values())
            if after != before:
                self._desk.history.push("Take options of a run", lambda: self._put_values(form, before),
                                        lambda: self._put_values(form, after))
        self._put_files(recipe)

    def _put_values(self, form: OptionForm, values: Mapping[str, object]) -> None:
        form.set_values(values)
        self._panel.changed.emit()

    def _put_files(self, recipe: Recipe) -> None:
        """Take the picture and mask of a recipe onto the canvas, unless they are there already."""
        from engines.modalities.image import read_image, read_mask

        data = recipe.files.get(str(recipe.options.get("image", "")))
        if data is None:
            return
        pixels = read_image(data, 3, "picture of the recipe")
        known = self._picture.pixels
        if known is None or known.shape[:2] != pixels.shape[:2] or not (known == pixels).all():
            self._picture.put(pixels, "picture of the run")
        mask = recipe.files.get(str(recipe.options.get("mask", "")))
        if mask is not None:
            self._space.input.set_mask(read_mask(mask))

    def defaults(self) -> None:
        """Give every option of the form its default; undo takes it back."""
        engines, form = self._desk.queue.engines, self._panel.form
        if engines is None or form is None:
            return
        before = dict(form.values())
        after = engines.tasks[self._panel.task].Form().model_dump(mode="json")
        self._put_values(form, after)
        self._desk.history.push("Reset options", lambda: self._put_values(form, before),
                                lambda: self._put_values(form, after))

    def choose_model(self, name: str) -> None:
        """Take a model into the form of the present image task."""
        self.choose_task(self._image_task)
        form = self._panel.form
        if form is not None:
            self._desk.say(f"Model {name} is in the form")
            before = dict(form.values())
            self._put_values(form, {"model": name})
            after = dict(form.values())
            self._desk.history.push("Choose model", lambda: self._put_values(form, before),
                                    lambda: self._put_values(form, after))

    def sample_from(self, name: str) -> None:
        """Draw samples with a model, on the canvas of Generate."""
        self._image_task = "generate"
        self.choose_model(name)
        self._desk.actions["run.start"].trigger()

    def close_run(self) -> None:
        """Take the run off the canvas and give its memory back."""
        run = self._desk.stage.run
        self._desk.stage.show(None)
        if run:
            self._desk.queue.release(run)
            self._desk.say("The run is closed; it stays in the library")

    def _hold(self) -> None:
        """Keep in memory what is on the canvas, and only that."""
        stage = self._desk.stage
        self._desk.queue.look_at("canvas", {live.run for live in (stage.live, stage.other) if live is not None})

    def _forget(self) -> None:
        self._seen = -1

    def _look(self) -> None:
        """Draw what is new of the run on the canvas; nothing queues up, whatever the engine's pace."""
        live = self._desk.stage.live
        if live is not None and live.version != self._seen:
            self._seen = live.version
            self._desk.stage.refresh()
