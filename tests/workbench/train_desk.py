"""A window with just the parts that the Train workspace needs, for its tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from workbench.actions import Actions
from workbench.background import Background
from workbench.controllers.runs import RunController
from workbench.controllers.training.train import TASK, TrainController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.forms import specs
from workbench.history import History
from workbench.library.library import Library
from workbench.pages.train_page import TrainPage
from workbench.preparing import Packing
from workbench.running.jobs import JobQueue
from workbench.session import Session
from workbench.stage import Stage


@dataclass
class Told:
    """What the user was told and asked to see."""

    sentences: list[str] = field(default_factory=list)
    remedies: list[str] = field(default_factory=list)
    models: int = 0
    sampled: list[str] = field(default_factory=list)


class TrainWindow(QMainWindow):
    """Train workspace and task form side by side; film and plots are under the canvas."""

    def __init__(self, library: Library, queue: JobQueue) -> None:
        super().__init__()
        self.told = Told()
        actions, history = Actions(self), History(self)
        self.desk = Desk(self, library, queue, Stage(self), actions, history, Session(), self._show,
                         self.told.sentences.append)
        self.desk.changed_models.append(self._count)
        self.undo = history._own  # pyright: ignore[reportPrivateUsage]
        self.panel = TaskPanel(self.undo)
        self.background = Background(self)
        self.space = TrainPage(actions)
        self.runs = RunController(self.desk, self.panel, self.background, lambda _task: Packing(), lambda _job: None)
        self.train = TrainController(self.desk, self.panel, self.space, self.background, self.runs,
                                     self.panel.show_task, lambda _run, name: self.told.sampled.append(name),
                                     lambda _live, _step: None)
        body = QWidget()
        row = QHBoxLayout(body)
        row.addWidget(self.space, 1)
        row.addWidget(self.panel)
        for part in (self.space.timeline, self.space.plots):  # in the window they are in docks
            row.addWidget(part)
        self.panel.setFixedWidth(332)
        self.setCentralWidget(body)

    def make_form(self) -> None:
        """Make the form of training, once the engines are there."""
        engines = self.desk.queue.engines
        if engines is not None:
            self.panel.set_tasks([(TASK, "Train", partial(specs, engines.tasks[TASK].Form))])
            self.panel.show_task(TASK)

    def _show(self, sentence: str, remedies: object, kind: str) -> None:
        self.told.sentences.append(sentence)
        self.told.remedies = [text for text, _ in remedies]  # pyright: ignore

    def _count(self) -> None:
        self.told.models += 1

    def shut(self) -> None:
        """End what the controllers have under way."""
        self.train.close()
        self.background.close()
        self.undo.blockSignals(True)  # a stack tells of its own end, when nobody can be asked any more
