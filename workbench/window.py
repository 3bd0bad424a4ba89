"""The main window: it makes every part, joins them, and takes them down again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QUndoStack
from PySide6.QtWidgets import QMenu, QStackedWidget

from widgets.lists.run_list import RunList
from workbench import eye_order, layout
from workbench.actions import RUN_FIRST, Actions, Spec
from workbench.background import Background
from workbench.controllers.checks import CheckController
from workbench.controllers.claims import ClaimController
from workbench.controllers.commands import CommandController
from workbench.controllers.estimate import EstimateController
from workbench.controllers.help import HelpController
from workbench.controllers.interrupted import offer_interrupted
from workbench.controllers.library import LibraryController, RunUses
from workbench.controllers.presets import PresetController
from workbench.controllers.runs import RunController
from workbench.controllers.undo import UndoController
from workbench.desk import Desk
from workbench.docks.equation import EquationDock
from workbench.docks.jobs import JobsDock
from workbench.docks.left import LeftDock
from workbench.docks.library import LibraryPanel
from workbench.docks.plots import PlotsDock
from workbench.docks.task import TaskDock, TaskPanel
from workbench.docks.timeline import TimelineDock
from workbench.field_keys import FieldKeys
from workbench.history import History
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.opening import open_library
from workbench.look import Look
from workbench.messages import MessageRoom
from workbench.running.jobs import JobQueue
from workbench.session import Session, load_session
from workbench.stage import Stage
from workbench.statusline import StatusLine
from workbench.steering.drop import DropController
from workbench.steering.engine import EngineController
from workbench.steering.lists import ListController
from workbench.steering.navigation import Navigator
from workbench.steering.session import SessionController
from workbench.steering.walk import WalkController
from workbench.topbar import TopBar
from workbench.workspaces.registry import Spaces
from workbench.workspaces.shell import Shell

TITLE = "Diffusion Workbench"


class MainWindow(eye_order.EyeWindow):
    """The frame of look.md around the workspaces. Signals: those of QMainWindow.

    Args:
        home: the user's data folder.
        autostart: let the bundled model draw when the library is empty.
        library: of that home, where it is open already.
    """

    def __init__(self, home: Home, *, autostart: bool = True, library: Library | None = None) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self._waiting = list[Path]()
        library, why_not = (library, "") if library else open_library(home)
        self._autostart = autostart and not library.borrowed  # who has a library wants to see that
        session, afresh = load_session(home.session)
        self._problem = why_not or afresh
        self.status, self.pages = StatusLine(), QStackedWidget()
        self.messages = MessageRoom(self.pages)
        self.bar = self.messages.bar
        self.desk = Desk(self, library, JobQueue(library, self), Stage(self), Actions(self), History(self), session,
                         self.messages.show_sentence, self.status.say, self.messages.withdraw, self.messages.settle,
                         self.messages.move_on, self.messages.begin)
        self.look = Look(self.desk)
        self._base_actions()
        self._make_spaces()
        self._make_controllers()
        self._make_docks()
        self._join_spaces()
        self._make_menus()
        self._join()
        self._restore(session)

    # making

    def _base_actions(self) -> None:
        """Actions that tool strips need before the parts that carry them out exist."""
        add, stage = self.desk.actions.add, self.desk.stage
        self.undo = UndoController(self.desk)
        add(Spec("run.branch", "Branch from here", "Run", "B", "git-branch", "branch",
                 "Run on from this step, all samples of the run, with what is painted and changed in the form",
                 needs=RUN_FIRST),
            lambda: self.spaces.current.branch(), lambda: stage.recorded)
        add(Spec("run.compare", "Compare", "Run", "C", "columns-2", "branch",
                 "Put another run beside this one, or end the comparison", checkable=True, needs=RUN_FIRST),
            lambda: self.spaces.current.compare(), lambda: stage.recorded)
        add(Spec("run.paint", "Paint on state", "Run", "Shift+B", "pencil", "branch",
                 "Paint on the selected sample at this step, then branch from it", checkable=True, needs=RUN_FIRST),
            lambda: self.spaces.current.paint(), lambda: stage.recorded)

    def _make_spaces(self) -> None:
        self.spaces = Spaces(self.desk)
        for space in self.spaces:
            self.pages.addWidget(space.page)
        self.top = TopBar(TITLE, [(space.name, space.title) for space in self.spaces])
        self.setCentralWidget(self.pages)
        self.setMenuWidget(self.top)
        self.setStatusBar(self.status.in_bar())

    def _make_controllers(self) -> None:
        desk, undo = self.desk, QUndoStack(self)
        desk.history.watch(undo)
        self.panel, self.background = TaskPanel(undo), Background(self)
        self.runs = RunController(desk, self.panel, self.background, self.spaces.attachments, self.spaces.began)
        self.navigator = go = Navigator(desk, self.panel, self.spaces, self.background)
        self.presets = PresetController(desk, self.runs, go.fill, go.defaults)
        self.help = HelpController(desk, go.show_run, go.choose_model, self.presets, go.here)
        self.engine = engine = EngineController(desk, self.top, self.status, self.panel, self.spaces)
        self.estimate = EstimateController(desk, self.panel, engine.model, lambda: engine.device, engine.show_left)
        engine.left = self.estimate.left
        self.checks = CheckController(desk, self.panel, engine.model)
        self.fields = FieldKeys(self, self.panel, desk.actions["run.start"],
                                lambda: self.spaces.current.steps or self.timeline.scrubber)
        self.runs.begun = self.fields.to_steps
        self.drop = DropController(desk, self.spaces, self.runs, go.fill, self.background)

    def _make_docks(self) -> None:
        desk, go = self.desk, self.navigator
        runs = LibraryPanel()
        self.run_list = runs.runs
        self.model_list = RunList("Models", "Models appear here as soon as the engine has started.")
        self.data_list = RunList("Data", "Drop a folder of images to train on it.")
        self.library = LibraryController(desk, runs, self.background, RunUses(
            go.show_run, rerun=lambda recipe, title: self.runs.submit(recipe, title=title),
            canvas=lambda: self.spaces.current.run, compare=lambda run: self.spaces.staged.compare(run),
            unfit=lambda run: self.spaces.staged.unfit(run), resume=lambda runs: self.runs.resume(runs, go.show_going)))
        self.runs.restore = self.library.trash.restore
        self.commands = CommandController(desk, self.runs.recipe, self.library.meant, self.library.any_meant)
        more = QMenu(self)
        self.left, self.task = LeftDock(runs, self.model_list, self.data_list), TaskDock(self.panel, desk.actions, more)
        self.equation, self.plots = EquationDock(desk.stage), PlotsDock(desk.stage)
        self.jobs = JobsDock(desk, self.runs.stopping.stop, self.estimate.left, go.show_run, self.runs.preparing)
        self.timeline = TimelineDock(desk, go.show_run, lambda run: self.spaces.staged.compare(run),
                                     lambda step: self.spaces.staged.film(step), lambda: self.spaces.staged.view_words)
        self.claims = ClaimController(desk, self.background, self.jobs)
        self.keeper = layout.Keeper(self, self.left, [self.task, self.equation],
                                    [self.timeline, self.plots, self.jobs], [self.claims.dock])
        self.panel.grown.connect(self.keeper.keep_soon)
        runs.raised.connect(lambda: self.left.choose("Library"))
        more.addMenu(self.presets.menu)
        more.addActions([desk.actions[name] for name in ("run.save_preset", "run.defaults")])

    def _join_spaces(self) -> None:
        """Give the workspaces the parts they work with, and their own pages a place in the docks."""
        steps, plots, formula = self.timeline.pages, self.plots.pages, self.equation
        shell = self._shell = Shell(self.desk, self.panel, self.background, self.runs, self.navigator, self.drop,
                                    self.spaces.owner, self.timeline.scrubber, formula.view, formula.explain, steps,
                                    plots)
        for space in self.spaces:
            space.join(shell)
            for stack, own in ((steps, space.timeline), (plots, space.plots)):
                if own is not None:
                    stack.addWidget(own)

    def _make_menus(self) -> None:
        """The menus, and the controllers that need the docks."""
        desk = self.desk
        self.walk = WalkController(desk, self.spaces, self.timeline.scrubber)
        self._views()
        self.session = SessionController(self._shell, self.navigator, self.spaces, self.keeper, self.status.saved,
                                         lambda: {"speeds": self.estimate.speeds.kept()})
        self.lists = ListController(desk, self.engine, self.model_list, self.data_list, self.help, self.background,
                                    self.spaces, self.drop.open)
        desk.actions.fill(self.top.menus, {"File": [self.lists.recent], "View": [layout.panel_menu(self)],
                                           "Run": [self.presets.menu], **self.spaces.menus()})

    def _views(self) -> None:
        """Actions that change how things look."""
        add = self.desk.actions.add
        for space in self.spaces:
            add(Spec(f"view.{space.name}", space.title, "View", space.shortcut, section="space"),
                lambda name=space.name: self.navigator.turn_to(name))
        add(Spec("view.theme", "Switch theme, light or dark", "View", "Ctrl+T", "sun-moon", "look"), self.look.switch)
        add(Spec("view.system", "Follow the system’s theme", "View", section="look"), self.look.follow_system)
        add(Spec("view.reset", "Reset layout", "View", section="look"),
            lambda: (self.keeper.reset(), self.desk.say("The panels are where they were at first")))
        add(Spec("file.quit", "Quit", "File", "Ctrl+Q", section="quit"), self.close)

    def _join(self) -> None:
        """Connect what belongs to no controller."""
        top, go, desk = self.top, self.navigator, self.desk
        top.workspace_chosen.connect(go.choose_workspace)
        top.palette_asked.connect(self.help.open_palette)
        top.theme_switched.connect(desk.actions["view.theme"].trigger)
        top.device_chosen.connect(lambda _kind: self.estimate.show())
        go.workspace_changed.connect(self._show_workspace)
        go.task_changed.connect(self.task.show_title)
        go.task_changed.connect(lambda _task: desk.turned(desk.stage.run))
        desk.stage.shown.connect(lambda: desk.turned(desk.stage.run))
        # whoever clicks a run wants to look at it: arrows, Home and End then go through its steps
        self.run_list.pointed.connect(lambda: self.timeline.scrubber.setFocus(Qt.FocusReason.OtherFocusReason))
        self.model_list.activated.connect(go.choose_model)
        self.data_list.activated.connect(self.spaces.use_data)
        desk.queue.ready.connect(self._ready)

    def _restore(self, session: Session) -> None:
        """Theme, layout and place of the last session."""
        # before the layout, which takes the width of its edges from the theme
        self.look.start()
        self.keeper.restore(session)
        self.navigator.remember(session.tasks)
        self.navigator.choose_workspace(session.workspace)
        self._show_workspace(self.navigator.workspace)
        self.timeline.scrubber.setFocus(Qt.FocusReason.OtherFocusReason)

    # life

    def start(self, files: Sequence[str] = ()) -> None:
        """Start the engine and open files; call it once the window is visible."""
        self._waiting = [Path(name) for name in files]
        self.session.start(run=not files)
        self.engine.start()
        self.navigator.follower.start()
        if self._problem:
            self.library.tell(self._problem)

    def open_files(self, files: Sequence[Path]) -> None:
        """Come to the front and open files; what a second start on the same library asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.drop.arrive(files)

    def _ready(self) -> None:
        """The engine is there: go on with what was interrupted, or draw something at the first start."""
        self.keeper.settled = True
        self.navigator.begin()
        self.lists.refresh()
        self.timeline.scrubber.setFocus(Qt.FocusReason.OtherFocusReason)
        if not offer_interrupted(self.desk, self.runs, self.navigator.show_going) and self._autostart \
                and not self._waiting:
            self.navigator.first_launch()
        for path in self._waiting:
            self.drop.open(path)  # what it says comes first, and what was interrupted after it
        self.session.ready()

    def closeEvent(self, event: QCloseEvent) -> None:
        keep = self.session.close()
        self.navigator.follower.stop()
        self.engine.stop()
        for space in self.spaces:
            space.close()
        self.timeline.scrubber.pause()
        self.claims.close()
        self.background.close()
        keep()  # now that nothing else writes
        self.desk.queue.close()
        self.desk.library.close()
        super().closeEvent(event)

    # look

    def _show_workspace(self, name: str) -> None:
        """Turn the centre, the time line and the plots to a workspace."""
        space = self.spaces.get(name)
        with eye_order.focus_moved(self, space.steps or self.timeline.scrubber):
            self.pages.setCurrentWidget(space.page)
            for stack, own in ((self.timeline.pages, space.steps), (self.plots.pages, space.plots)):
                stack.setCurrentIndex(stack.indexOf(own) if own else 0)  # 0 is that of the run on the stage
        self.keeper.show_equation(space.equation)
        self.equation.turn(training=space.trains)
        self.top.show_workspace(name)

    # messages, keys and drops

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing with the focus wanted: they move through steps and samples."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.spaces.current.leave():
                self.bar.dismiss()
        elif not self.desk.actions.press(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.drop.usable(event.mimeData(), event.source()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.drop(event.mimeData())
        event.acceptProposedAction()
