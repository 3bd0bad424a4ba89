"""Train: make a model from images and watch it learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QWidget

from widgets.controls.error_bar import Remedy
from workbench.controllers.training.classifier import used
from workbench.controllers.training.train import TrainController
from workbench.desk import Desk
from workbench.pages.train_page import Page, TrainPage
from workbench.running.jobs import Job
from workbench.workspaces.base import Workspace
from workbench.workspaces.shell import Shell


class Train(Workspace):
    """The data as the network sees them, the samples it makes, and the course of its losses."""

    name: ClassVar[str] = "train"
    title: ClassVar[str] = "Train"
    place: ClassVar[int] = 90
    shortcut: ClassVar[str] = "Alt+2"
    equation: ClassVar[bool] = True
    trains: ClassVar[bool] = True
    shows_notes: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sheets = TrainPage(desk.actions)

    @property
    def page(self) -> QWidget:
        """The sheets of data and samples."""
        return self.sheets

    @property
    def timeline(self) -> QWidget:
        """The samples of the training, from its first sheet to its last."""
        return self.sheets.timeline

    @property
    def plots(self) -> QWidget:
        """The course of the losses."""
        return self.sheets.plots

    def join(self, shell: Shell) -> None:
        """Make the controller of trainings."""
        super().join(shell)
        use = partial(used, shell.desk, shell.panel, shell.go)
        self.training = TrainController(shell.desk, shell.panel, self.sheets, shell.background, shell.runs,
                                        shell.go.choose_task, use, shell.explain)

    def enter(self, task: str) -> None:
        """Show the training of the task that was last looked at."""
        self.training.course.turn(task)

    def close(self) -> None:
        """Ask and draw nothing more."""
        self.training.close()

    @property
    def run(self) -> str:
        """Id of the training on its sheets, "" for none or one in the trash."""
        run, library = self.training.course.run, self.desk.library
        # one that went to the trash is still looked at, but nothing more is done with it
        return run if library.has(run) and not library.run(run).trashed else ""

    def began(self, job: Job) -> None:
        """Nothing: the sheets follow the queue, and another training that runs stays on them."""

    def show_run(self, run: str, *, fill: bool) -> None:
        """Show a stored training, and with `fill` its options."""
        self.training.show_run(run, fill=fill)

    def remedies(self, job: Job) -> tuple[Remedy, ...]:
        """What a training that failed can go on with."""
        return self.training.more.remedies(job)

    def step(self, steps: int) -> bool:
        """Go through the sheets of samples."""
        if self.sheets.timeline.film.empty:
            self.desk.say("There are no samples of a training yet; press Train")
        self.sheets.timeline.film.step(steps)
        return True

    def kept(self) -> dict[str, Any]:
        """The training that was shown, and which sheet of it."""
        return {"run": self.training.course.run, "page": self.sheets.page.value}

    def watch(self, changed: Callable[[], object], looked: Callable[[], object]) -> None:
        """Call `changed` whenever another sheet is shown."""
        del looked
        self.sheets.page_shown.connect(changed)

    def bring_back(self, place: Mapping[str, Any], drafts: Mapping[str, np.ndarray]) -> None:
        """Show the training of last time, where it still exists."""
        del drafts
        run = str(place.get("run", ""))
        if run in self.desk.library.ids():
            self.training.course.show(run)
            if place.get("page") == Page.DATA.value:
                self.sheets.show_page(Page.DATA)

    def opens(self, path: Path) -> bool:
        """Folders, which may hold images to train on."""
        return path.is_dir()

    def open(self, path: Path) -> None:
        """Train on a folder of images."""
        self.training.use_folder(path)

    def use_data(self, data: str) -> bool:
        """Train on a data set, bundled or a folder."""
        self.training.use_data(data)
        return True
