"""Where the docks stand at first, and how a changed arrangement is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, QEvent, QMargins, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QScrollArea, QWidget

from workbench.floating import on_screen
from workbench.session import Session

LEFT, RIGHT, BOTTOM = 248, 332, 212
PLOTS, JOBS = 318, 332
STEPS, LEAST = 660, 200  # pixels: the time line with all its words, and the narrowest plots
FORM = 170  # pixels: the lowest form, with its title, three rows and the buttons
SHARE = 5 / 8  # of its column that a form takes where it needs it, however long the formulas: those scroll
FRAME = QMargins(4, 28, 4, 4)  # what the window manager draws around a window, before it has told
VERSION = 2
LARGEST = 16_384  # px: no dock is wider, whatever a damaged session says
HANDLE = "qt_qmainwindow_extended_splitter"
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
Area = Qt.DockWidgetArea


def panel_menu(window: QMainWindow) -> QMenu:
    """Which docks are shown."""
    panels = QMenu("Panels", window)
    panels.addActions([dock.toggleViewAction() for dock in window.findChildren(QDockWidget)])
    return panels


def arrange(window: QMainWindow, left: QDockWidget, right: list[QDockWidget], bottom: list[QDockWidget]) -> None:
    """Put the docks where the drawings have them; a `Keeper` gives them their sizes."""
    window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
    window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
    window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)
    window.addDockWidget(Area.LeftDockWidgetArea, left)
    for dock in right:
        window.addDockWidget(Area.RightDockWidgetArea, dock)
    window.addDockWidget(Area.BottomDockWidgetArea, bottom[0])
    for before, dock in zip(bottom, bottom[1:], strict=False):
        window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
    for dock in (left, *right, *bottom):
        dock.setFloating(False)
        dock.show()
    # docks that were hidden have no size yet, and without one they cannot be given another
    layout = window.layout()
    if layout is not None:
        layout.activate()


def fit_screen(window: QMainWindow) -> None:
    """Maximise a window that would reach over the edges of its screen, frame included."""
    screen = window.screen().availableGeometry()
    wanted = window.size().grownBy(FRAME)
    if wanted.width() > screen.width() or wanted.height() > screen.height():
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


@runtime_checkable
class Fitting(Protocol):
    """What is shown in a dock and can say how much of a height it uses."""

    def fitting(self, height: int) -> int:
        """Pixels of these."""
        ...


@dataclass(slots=True)
class Wanted:
    """Sizes in pixels that the user has given the docks, the drawings' own at first."""

    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM
    plots: int = PLOTS
    jobs: int = JOBS
    equation: int = 0  # as its contents and the form have it
    shown: bool = True  # the equation, where it belongs to what is shown

    @classmethod
    def of(cls, values: object) -> Wanted:
        """The sizes that a session kept, the drawings' own where it kept none."""
        known: dict[str, object] = values if isinstance(values, dict) else {}
        sizes = {name: size for name in cls.__slots__
                 if isinstance(size := known.get(name), int) and 0 <= size < LARGEST}
        return cls(**{**sizes, "shown": bool(sizes.get("shown", True))})


class Keeper(QObject):
    """Keeps the docks as wide and high as the user wants while the window changes its size.

    Signals: learned() when the user gave a dock another size or put it away.

    Attributes: wanted sizes; settled: whether the form has its options, so that its height is known.

    Qt would stretch the docks in a row by the same share, so that their edges no longer met those above them;
    here the canvas and the time line take what there is to gain or to lose.

    Args:
        window: whose docks they are.
        left, right, bottom: the docks of each side: right has the task and the equation, bottom the time line,
            the plots and the jobs.
        apart: docks that are windows of their own until the user puts them elsewhere, and hidden until asked for.
    """

    learned = Signal()

    def __init__(self, window: QMainWindow, left: QDockWidget, right: list[QDockWidget],
                 bottom: list[QDockWidget], apart: Sequence[QDockWidget] = ()) -> None:
        super().__init__(window)
        self._apart = apart
        self._window, self._left, self._right, self._bottom = window, left, right, bottom
        self.wanted, self._held, self._equation = Wanted(), (0, 0), True
        self._edge = self._learning = self._lifted = self.settled = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.keep)
        window.installEventFilter(self)
        right[1].toggleViewAction().triggered.connect(self._put_away)
        right[1].installEventFilter(self)
        inside(right[1]).installEventFilter(self)  # other formulas have another height

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            self._heed(event)
        elif watched is self._right[1]:
            if kind is QEvent.Type.Close:
                self._put_away(False)
        elif kind is QEvent.Type.LayoutRequest:
            self.keep_soon()
        return super().eventFilter(watched, event)

    def _heed(self, event: QEvent) -> None:
        """What happens to the window itself."""
        kind = event.type()
        if kind in {QEvent.Type.Resize, QEvent.Type.Show}:
            self.keep()
        elif kind is QEvent.Type.WindowActivate:
            self._lift()
        elif kind is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            # the bare window is seen only between its docks: there an edge is taken hold of; where the edges are thin
            # Qt lays a wider handle over them
            under = self._window.childAt(event.position().toPoint())
            self._edge = under is None or under.objectName() == HANDLE
            self._held = self._right[1].height(), self._bottom[0].height()
        elif kind is QEvent.Type.MouseButtonRelease and self._edge:
            self._edge, self._learning = False, True
            QTimer.singleShot(0, self, self._let_go)  # the docks follow the edge in a moment

    def _lift(self) -> None:
        """Bring floating docks over the window: those of the last session are shown before it and so lie under it."""
        for dock in (self._left, *self._right, *self._bottom, *self._apart):
            if dock.isFloating() and not dock.isHidden():
                if not self._lifted:  # the screens may be others than those of the last session
                    dock.setGeometry(on_screen(dock.geometry(), self._window.geometry()))
                dock.raise_()
        self._lifted = True

    def reset(self) -> None:
        """Put every dock where the drawings have it, in their sizes."""
        arrange(self._window, self._left, self._right, self._bottom)
        for dock in self._apart:
            dock.hide()  # before it floats, or it would be seen for a moment
            self._window.addDockWidget(Area.BottomDockWidgetArea, dock)
            # put into the window by its title row it shares the room of the time line, the widest at the bottom
            self._window.tabifyDockWidget(self._bottom[0], dock)
            dock.setFloating(True)
        self.wanted = Wanted()
        self.show_equation(self._equation)
        self.keep_soon()  # the first sizes make room for the others

    def restore(self, session: Session) -> None:
        """Put the window and its docks where a session has them; where it has none, where the drawings have them."""
        self.reset()
        self.wanted = Wanted.of(session.extra.get("docks"))
        if session.geometry:
            self._window.restoreGeometry(QByteArray(session.geometry))
        if session.layout:
            self._window.restoreState(QByteArray(session.layout), VERSION)

    @property
    def place(self) -> tuple[bytes, bytes]:
        """The geometry of the window and the layout of its docks, as a session has them."""
        return bytes(self._window.saveGeometry().data()), bytes(self._window.saveState(VERSION).data())

    def show_equation(self, belongs: bool) -> None:
        """Show the equation where it belongs to what is shown, unless the user has put it away."""
        # a layout that was kept while it was hidden for another workspace must not hide it for good
        self._equation = belongs
        self._right[1].setVisible(belongs and self.wanted.shown)
        self.keep()

    def _put_away(self, shown: bool) -> None:
        """The user closed the equation, or asked for it again."""
        self.wanted.shown = shown
        self.learned.emit()

    def keep_soon(self) -> None:
        """Give the docks their sizes once what they hold has settled."""
        self._soon.start()

    def keep(self) -> None:
        """Give the docks their sizes; those that were moved elsewhere are left alone."""
        if self._edge or self._learning:
            return  # what the user does now must not be undone under the pointer
        window, wanted = self._window, self.wanted
        task, equation = self._right
        if self._at(self._left, Area.LeftDockWidgetArea):
            window.resizeDocks([self._left], [wanted.left], ACROSS)
        if self._at(task, Area.RightDockWidgetArea):
            window.resizeDocks([task], [wanted.right], ACROSS)
            if self._at(equation, Area.RightDockWidgetArea):
                window.resizeDocks([task, equation], self._divided(task, equation), DOWN)
        if all(self._at(dock, Area.BottomDockWidgetArea) for dock in self._bottom):
            window.resizeDocks(self._bottom[:1], [wanted.bottom], DOWN)
            plots = max(min(wanted.plots, window.width() - wanted.jobs - STEPS), LEAST)
            rest = max(window.width() - plots - wanted.jobs - 2, LEAST)
            window.resizeDocks(self._bottom, [rest, plots, wanted.jobs], ACROSS)

    def _divided(self, task: QDockWidget, equation: QDockWidget) -> list[int]:
        """Heights of form and equation: the form gives way down to its share, so that it is seen why a run moves."""
        both = task.height() + equation.height()
        if not self.settled:
            # without its options nobody knows what the form needs: it stays as it was left
            form = max(min(task.height(), both - least(equation)), FORM)
            return [form, max(both - form, 1)]
        room = max(both - least(equation), int(both * SHARE))
        form = max(both - self.wanted.equation if self.wanted.equation else fitting(task, min(need(task), room)), FORM)
        return [form, max(both - form, 1)]

    def _let_go(self) -> None:
        self._learning = False
        self.learn()
        self.learned.emit()
        self.keep_soon()

    def learn(self) -> None:
        """Take over what the user has just dragged; what only the window's size decides stays as it was wanted."""
        task, equation = self._right
        steps, plots, jobs = self._bottom
        squeezed = plots.width() < PLOTS and steps.width() <= STEPS
        # the edge between form and equation moves by itself until the user has taken hold of it
        divided = self._held[0] != equation.height() and self._held[1] == steps.height()
        found = (("left", self._left, Area.LeftDockWidgetArea, self._left.width()),
                 ("right", task, Area.RightDockWidgetArea, task.width()),
                 ("equation", equation, Area.RightDockWidgetArea,
                  equation.height() if divided else self.wanted.equation),
                 ("bottom", steps, Area.BottomDockWidgetArea, steps.height()),
                 ("plots", plots, Area.BottomDockWidgetArea, self.wanted.plots if squeezed else plots.width()),
                 ("jobs", jobs, Area.BottomDockWidgetArea, jobs.width()))
        for name, dock, area, size in found:
            if self._at(dock, area):
                setattr(self.wanted, name, size)

    def _at(self, dock: QDockWidget, area: Area) -> bool:
        # not isVisible: a window has its sizes before it is shown, or its edges would jump in the first second
        return not dock.isHidden() and not dock.isFloating() and self._window.dockWidgetArea(dock) is area


def need(dock: QDockWidget) -> int:
    """Pixels a dock takes to show all it holds, without scrolling."""
    return dock.widget().sizeHint().height() + _title(dock)


def fitting(dock: QDockWidget, height: int) -> int:
    """Pixels that a dock uses of a height; one that leaves none empty says so by a method `fitting` of its widget."""
    content, title = dock.widget(), _title(dock)
    return content.fitting(height - title) + title if isinstance(content, Fitting) else height


def least(dock: QDockWidget) -> int:
    """Pixels a dock takes to show all it holds as densely as it can."""
    return inside(dock).minimumSizeHint().height() + _title(dock)


def inside(dock: QDockWidget) -> QWidget:
    """What a dock shows, without the area that scrolls it."""
    content = dock.widget()
    held = content.widget() if isinstance(content, QScrollArea) else content
    return held or dock


def _title(dock: QDockWidget) -> int:
    title = dock.titleBarWidget()
    return title.sizeHint().height() if title else 0
