"""The main window: it makes every part, joins them, and takes them down again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QStatusBar, QWidget

from widgets.run_list import RunList
from workbench import layout
from workbench.actions import Actions, Spec
from workbench.background import Background
from workbench.controllers.branch import BranchController
from workbench.controllers.drop import DropController
from workbench.controllers.engine import EngineController
from workbench.controllers.export import ExportController
from workbench.controllers.help import HelpController
from workbench.controllers.library import LibraryController
from workbench.controllers.lists import ListController
from workbench.controllers.navigation import IMAGES, TRAIN, Navigator
from workbench.controllers.picture import PictureController
from workbench.controllers.presets import PresetController
from workbench.controllers.runs import RunController
from workbench.controllers.scrub import ScrubController
from workbench.controllers.train import TrainController
from workbench.controllers.views import ViewController
from workbench.desk import Desk
from workbench.docks.equation import EquationDock
from workbench.docks.jobs import JobsDock
from workbench.docks.left import LeftDock
from workbench.docks.library import LibraryPanel
from workbench.docks.plots import PlotsDock
from workbench.docks.task import TaskDock, TaskPanel
from workbench.docks.timeline import TimelineDock
from workbench.history import History
from workbench.home import Home
from workbench.jobs import JobQueue
from workbench.library.opening import open_library
from workbench.look import Look
from workbench.messages import MessageRoom
from workbench.parts import column
from workbench.session import Session, load_session, save_session
from workbench.stage import Stage
from workbench.statusline import StatusLine
from workbench.topbar import TopBar
from workbench.workspaces.images import ImagesWorkspace
from workbench.workspaces.train import TrainWorkspace

TITLE = "Diffusion Workbench"


class MainWindow(QMainWindow):
    """The frame of look.md around the workspaces. Signals: those of QMainWindow.

    Args:
        home: the user's data folder.
        autostart: let the bundled model draw when the library is empty.
    """

    def __init__(self, home: Home, *, autostart: bool = True) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self._autostart = autostart
        self._waiting = list[Path]()
        library, why_not = open_library(home)
        session, afresh = load_session(home.session)
        self._problem = why_not or afresh
        self.top, self.status, self.messages = TopBar(TITLE, (IMAGES, TRAIN)), StatusLine(), MessageRoom()
        self.bar = self.messages.bar
        self.desk = Desk(self, library, JobQueue(library, self), Stage(self), Actions(self), History(self), session,
                         self.messages.show_sentence, self.status.say, self.messages.withdraw, self.messages.settle)
        self.look = Look(self.desk)
        self._base_actions()
        self._make_spaces()
        self._make_controllers()
        self._make_docks()
        self._join()
        self._restore(session)

    # making

    def _base_actions(self) -> None:
        """Actions that tool strips need before the parts that carry them out exist."""
        add, history = self.desk.actions.add, self.desk.history
        add(Spec("edit.undo", "Undo", "Edit", "Ctrl+Z", "undo-2", "undo"), lambda: self._undone(history.undo()))
        add(Spec("edit.redo", "Redo", "Edit", "Ctrl+Shift+Z; Ctrl+Y", "redo-2", "undo"),
            lambda: self._undone(history.redo(), "Redone"))
        add(Spec("run.branch", "Branch from here", "Run", "B", "git-branch", "branch",
                 "Run on from this step with what is painted and changed in the form"), lambda: self.branch.branch())
        add(Spec("run.compare", "Compare", "Run", "C", "columns-2", "branch",
                 "Put another run beside this one, or end the comparison", checkable=True),
            lambda: self.branch.compare())
        add(Spec("run.paint", "Paint on state", "Run", "Shift+B", "pencil", "branch",
                 "Paint on the selected sample at this step, then branch from it", checkable=True),
            lambda: self.branch.paint())

    def _make_spaces(self) -> None:
        actions = self.desk.actions
        self.images, self.train_space = ImagesWorkspace(actions), TrainWorkspace(actions)
        self.spaces = QStackedWidget()
        for space in (self.images, self.train_space):
            self.spaces.addWidget(space)
        centre = QWidget()
        column(self.messages, self.spaces, parent=centre).setStretch(1, 1)
        self.setCentralWidget(centre)
        self.setMenuWidget(self.top)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)

    def _make_controllers(self) -> None:
        desk, undo = self.desk, QUndoStack(self)
        desk.history.watch(undo)
        self.panel, self.background = TaskPanel(undo), Background(self)
        self.picture = PictureController(desk, self.images, lambda name: self.navigator.choose_task(name),
                                         lambda: self.panel.task, self.background)
        self.runs = RunController(desk, self.panel, self.picture.attachments)
        self.scrub = ScrubController(desk, self.images)
        self.navigator = go = Navigator(desk, self.panel, self.scrub, self.picture, self.images)
        self.branch = BranchController(desk, self.panel, self.runs, self.scrub, self.images)
        self.export = ExportController(desk, self.background, self.picture)
        self.images.grid.export_file = self.export.finished_file
        self.presets = PresetController(desk, self.runs, go.fill, go.defaults)
        self.help = HelpController(desk, go.show_run, go.choose_model)
        self.engine = EngineController(desk, self.top, self.status, self.panel)
        self.train = TrainController(desk, self.panel, self.train_space, self.background, self.runs, go.choose_task,
                                     go.sample_from)
        go.show_training = self.train.show_run
        self.drop = DropController(desk, self.picture, self.runs, self.train.use_folder, go.fill,
                                   self.background)

    def _make_docks(self) -> None:
        desk, go = self.desk, self.navigator
        runs = LibraryPanel()
        self.run_list = runs.runs
        self.model_list = RunList("Models", "Models appear here as soon as the engine has started.")
        self.data_list = RunList("Data", "Drop a folder of images to train on it.")
        self.library = LibraryController(desk, runs, go.show_run, self.background,
                                         lambda recipe, title: self.runs.submit(recipe, title=title))
        more = QMenu(self)
        self.left = LeftDock(runs, self.model_list, self.data_list)
        self.task = TaskDock(self.panel, desk.actions, more)
        self.equation, self.plots, self.jobs = EquationDock(desk.stage), PlotsDock(desk.stage), JobsDock(desk)
        self.timeline = TimelineDock(desk.stage, desk.library, go.show_run, self.branch.compare_with)
        self.timeline.pages.addWidget(self.train_space.timeline)
        self.plots.pages.addWidget(self.train_space.plots)
        self.keeper = layout.Keeper(self, self.left, [self.task, self.equation], [self.timeline, self.plots, self.jobs])
        self.panel.grown.connect(self.keeper.keep_soon)
        runs.raised.connect(lambda: self.left.choose("Library"))
        more.addMenu(self.presets.menu)
        more.addAction(desk.actions["run.defaults"])
        self.views = ViewController(desk, self.images, self.scrub, self.timeline.scrubber,
                                    self.train_space.timeline.film)
        self._views()
        self.lists = ListController(desk, self.engine, self.model_list, self.data_list, self.help, self.background,
                                    self.drop.open)
        panels = QMenu("Panels", self)
        panels.addActions([dock.toggleViewAction() for dock in self._docks])
        desk.actions.fill(self.top.menus, {"File": [self.lists.recent], "View": [panels], "Run": [self.presets.menu]})

    @property
    def _docks(self) -> tuple[LeftDock | TaskDock | EquationDock | TimelineDock | PlotsDock | JobsDock, ...]:
        return self.left, self.task, self.equation, self.timeline, self.plots, self.jobs

    def _views(self) -> None:
        """Actions that change how things look."""
        add = self.desk.actions.add
        add(Spec("view.images", "Images", "View", "Alt+1", section="space"),
            lambda: self.navigator.choose_workspace(IMAGES))
        add(Spec("view.train", "Train", "View", "Alt+2", section="space"),
            lambda: self.navigator.choose_workspace(TRAIN))
        add(Spec("view.theme", "Switch theme", "View", "Ctrl+T", "sun-moon", "look"), self.look.switch)
        add(Spec("view.system", "Follow the system’s theme", "View", section="look"), self.look.follow_system)
        add(Spec("view.reset", "Reset layout", "View", section="look"), self.keeper.reset)
        add(Spec("file.quit", "Quit", "File", "Ctrl+Q", section="quit"), self.close)

    def _join(self) -> None:
        """Connect what belongs to no controller."""
        top, go, desk = self.top, self.navigator, self.desk
        top.workspace_chosen.connect(go.choose_workspace)
        top.palette_asked.connect(self.help.open_palette)
        top.theme_switched.connect(self.look.switch)
        go.workspace_changed.connect(self._show_workspace)
        go.task_changed.connect(lambda name: self.task.show_title(self.panel.choice.value().capitalize() or name))
        self.images.start.activated.connect(self.runs.start)
        self.model_list.activated.connect(go.choose_model)
        self.data_list.activated.connect(self.train.use_data)
        desk.queue.ready.connect(self._ready)

    def _restore(self, session: Session) -> None:
        """Theme, layout and place of the last session."""
        self.keeper.reset()
        self.keeper.wanted = layout.Wanted.of(session.extra.get("docks"))
        if session.geometry:
            self.restoreGeometry(QByteArray(session.geometry))
        if session.layout:
            self.restoreState(QByteArray(session.layout), layout.VERSION)
        self.look.start()
        self.navigator.choose_task("generate")
        self.top.show_workspace(IMAGES)
        self.timeline.scrubber.setFocus(Qt.FocusReason.OtherFocusReason)

    # life

    def start(self, files: Sequence[str] = ()) -> None:
        """Start the engine and open files; call it once the window is visible."""
        self._waiting = [Path(name) for name in files]
        self.engine.start()
        self.navigator.start()
        if self._problem:
            self.library.tell(self._problem)

    def _ready(self) -> None:
        """The engine is there: go on with what was interrupted, or draw something at the first start."""
        self.navigator.choose_task(self.panel.task or "generate")
        self.lists.refresh()
        self.timeline.scrubber.setFocus(Qt.FocusReason.OtherFocusReason)
        interrupted = self.desk.library.interrupted()
        if interrupted:
            runs = [run.id for run in interrupted]
            words = "One run was" if len(runs) == 1 else f"{len(runs)} runs were"
            self.desk.offer(f"{words} interrupted when the program ended; what was done is kept.",
                            ("Resume", lambda: self.runs.resume(runs, self.navigator.show_run)),
                            ("Later", lambda: None))
        elif self._autostart and not self._waiting:
            self.runs.first_launch()
        for path in self._waiting:
            self.drop.open(path)  # what it says comes first, and what was interrupted after it
        if self.desk.session.run and not self.desk.stage.run and not self._waiting:
            self._show_last(self.desk.session.run)

    def _show_last(self, run: str) -> None:
        """The run that was on the canvas last time, when it is still there."""
        if run in self.desk.library.ids():
            self.navigator.show_run(run, fill=False)  # the form comes from the session

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save_session()
        self.navigator.stop()
        self.engine.stop()
        self.train.close()
        self.timeline.scrubber.pause()
        self.background.close()
        self.desk.queue.close()
        self.desk.library.close()
        super().closeEvent(event)

    def _save_session(self) -> None:
        if not self.desk.library.lasting:
            return
        options = {name: dict(form.values()) for name, form in self.panel.forms.items()}
        session = replace(
            self.desk.session, geometry=bytes(self.saveGeometry().data()), run=self.desk.stage.run,
            layout=bytes(self.saveState(layout.VERSION).data()), options=options or self.desk.session.options,
            workspace=self.navigator.workspace,
            extra={**self.desk.session.extra, "seconds_per_step": self.runs.seconds_per_step,
                   "docks": asdict(self.keeper.wanted)})
        with self.desk.guard():
            save_session(self.desk.library.home.session, session)

    # look

    def _show_workspace(self, name: str) -> None:
        """Turn the centre, the time line and the plots to a workspace."""
        page = 1 if name == TRAIN else 0
        for stack in (self.spaces, self.timeline.pages, self.plots.pages):
            stack.setCurrentIndex(page)
        self.equation.setVisible(page == 0)
        self.keeper.keep()
        self.top.show_workspace(name)

    # messages, keys and drops

    def _undone(self, words: str, verb: str = "Undone") -> None:
        nothing = "There is nothing to undo" if verb == "Undone" else "There is nothing to redo"
        self.status.say(f"{verb}: {words}" if words else nothing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing with the focus wanted: they move through steps and samples."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.branch.leave_paint():
                self.bar.dismiss()
        elif not self.desk.actions.press(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.drop.usable(event.mimeData(), event.source()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.drop(event.mimeData())
        event.acceptProposedAction()
