"""The right dock: the task as a form, its primary button, and what else can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from widgets.controls.fitting_button import FittingButton
from widgets.controls.fitting_tabs import FittingTabs
from widgets.controls.problem_line import HEIGHT, ProblemLine
from widgets.drawing.theme import DARK, Theme, dress, mark
from widgets.drawing.tips import wrapped
from widgets.options.fields import FieldSpec
from widgets.options.form import OptionForm
from workbench.actions import Actions
from workbench.docks.dock import Dock, TitleRow
from workbench.docks.held_place import HeldPlace
from workbench.docks.task_forms import TaskForms
from workbench.eye_order import focus_moved
from workbench.parts import GAP, IconButton, column, gapped, label, row

STARTING = "Starting the engine: the options appear in a moment."


class TaskPanel(QWidget):
    """One form a task.

    Signals: task_chosen(str) by the user; returned(str) by undo; changed() when an option or the task did; grown()
    when the form wants another height; browse_requested(str) with the name of an option whose file or folder is to be
    chosen; form_made(str) with a task whose form was not there before; troubled() when what keeps a form from being
    run is another.
    """

    task_chosen = Signal(str)
    returned = Signal(str)
    changed = Signal()
    grown = Signal()
    browse_requested = Signal(str)
    form_made = Signal(str)
    troubled = Signal()

    def __init__(self, undo: QUndoStack) -> None:
        super().__init__()
        self._undo, self._theme = undo, DARK
        self._caution = ""
        self.task = ""
        self.forms = TaskForms(self._make, self.form_made.emit)
        self.titles: dict[str, str] = {}
        self._fields: dict[str, Callable[[], Sequence[FieldSpec]]] = {}
        self._begun: dict[str, Mapping[str, Any]] = {}
        self._place = HeldPlace()
        self.choice = FittingTabs("Task")
        self.choice.chosen.connect(self.task_chosen)
        self.choice.hide()  # an empty track would be a dot
        self._pages = QStackedWidget()
        self._pages.addWidget(_wrapped(label(STARTING, "quiet")))
        self.run, self.queue = FittingButton("Run"), QPushButton("Queue")
        for button, name in ((self.run, "runButton"), (self.queue, "queueButton")):
            button.setObjectName(name)
            mark(button, tall=True)
            button.setEnabled(False)
        mark(self.run, primary=True)
        self.run.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._arrange()
        self.changed.connect(self._tell_trouble)  # another component may have taken its trouble along

    def _arrange(self) -> None:
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from option to option, and it scrolls along
        self._inside = _padded(self._pages)
        self._scroll.setWidget(self._inside)
        self._buttons, buttons = QWidget(), QWidget()
        row(self.run, self.queue, parent=buttons)
        self.note = ProblemLine(role="quiet")  # what the button is about to go on from
        self.note.hide()
        self.trouble = ProblemLine()
        # either stands in what is the margin while there is nothing to say
        column(buttons, self.note, self.trouble, margins=(14, 3, 14, 0), parent=self._buttons)
        layout = column(self._scroll, self._buttons, 0, parent=self)
        layout.setStretchFactor(self._scroll, 1)
        # how high the panel wants to be: a component has others, “More” unfolds, something is said under the buttons
        for page in (self._pages, self._inside, self._buttons):
            page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self._place_buttons()
        if event.type() is QEvent.Type.LayoutRequest:
            self.grown.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """Put the buttons right under the options, however high the dock is; where they scroll, under a whole one.

        Which one that is, is decided when the form changes, not while it is scrolled: the buttons keep their place.
        """
        room = self.height() - self._buttons.sizeHint().height()
        self._scroll.setMaximumHeight(self._shown(room, self._scroll.verticalScrollBar().value()))

    def _keep_place(self) -> None:
        """The user changed an option: where rows go, the buttons stay where they are, ready for the next click."""
        self._place.keep(self.task, self.window().size(), self._scroll.height())

    @property
    def _high(self) -> int:
        """How high all options want to be, or have been since the task and the window are what they are."""
        return max(self._inside.sizeHint().height(), self._place.pixels(self.task, self.window().size()))

    def _shown(self, room: int, above: int) -> int:
        """Of a room the pixels that options are shown in, where those `above` are scrolled out of sight."""
        if self._inside.minimumSizeHint().height() <= room or self.form is None:
            return self._high
        if held := self._place.within(self.task, self.window().size(), room):
            return held
        return max((edge - above for edge in self.form.edges(self._inside) if 0 < edge - above <= room), default=room)

    def fitting(self, height: int) -> int:
        """What it uses of a height: where the options scroll, no more than up to the buttons under a whole one."""
        # what is said under the buttons takes its room from what is below: nothing moves
        more = sum(line.height() for line in (self.note, self.trouble) if not line.isHidden()) - HEIGHT
        buttons = self._buttons.sizeHint().height() - more
        return min(height, self._shown(height - buttons, 0) + buttons) + more

    def sizeHint(self) -> QSize:
        """As high as all options and the buttons."""
        return QSize(self._inside.sizeHint().width(), self._high + self._buttons.sizeHint().height())

    def set_tasks(self, tasks: Sequence[tuple[str, str, Callable[[], Sequence[FieldSpec]]]]) -> None:
        """Have a form for each of these tasks: (name, title, what gives its fields)."""
        for name, title, fields in tasks:
            self.titles[name], self._fields[name] = title, fields
        self.forms.expect(name for name, _, _ in tasks)
        self.refuse("")

    def bring_back(self, task: str, values: Mapping[str, Any]) -> None:
        """Make the form of a task with the values it had last time."""
        self._begun[task] = values
        self.forms.get(task)

    def _make(self, name: str) -> OptionForm:
        """The form of a task as it was left, on a page that is not shown yet."""
        form, fields = OptionForm(self._undo), self._fields[name]()
        form.set_fields(fields)
        try:
            form.set_values(self._begun.get(name, {}))
        except (ValueError, TypeError, OverflowError):  # a damaged session holds what no field takes
            form.set_fields(fields)
        dress(form, self._theme)
        form.changed.connect(self._keep_place)
        form.changed.connect(self.changed)
        form.refolded.connect(self._place.forget)
        form.troubled.connect(self._tell_trouble)
        form.troubled.connect(self.troubled)
        form.browse_requested.connect(self.browse_requested)
        form.returned.connect(lambda: self._show_again(name))
        form.revealed.connect(self._place_buttons)
        page = _wrapped(form)
        _take_room(page, False)
        self._pages.addWidget(page)
        return form

    def refuse(self, why: str) -> None:
        """Grey the buttons of a run that cannot be, with the reason as their tooltip; "" allows it again."""
        for button in (self.run, self.queue):
            button.setEnabled(bool(self.forms) and not why)
            button.setToolTip(wrapped(why) if why else "")
        self.show_button(self.run.text())

    def offer(self, tasks: Sequence[tuple[str, str]]) -> None:
        """Offer these (name, title) tasks for choice; a single one needs none."""
        self.choice.set_choices(tasks)
        self.choice.setVisible(len(tasks) > 1)

    def show_task(self, name: str) -> None:
        """Show the form of a task."""
        self.task = name
        self.choice.set_value(name)
        if name in self.forms:
            shown = self.forms[name].parentWidget() or self.forms[name]
            with focus_moved(self.window(), self.forms[name]):  # a click on a task puts no ring on “More”
                self._pages.setCurrentWidget(shown)
            for page in (self._pages.widget(k) for k in range(self._pages.count())):
                if page is not None:
                    _take_room(page, page is shown)
            self._scroll.verticalScrollBar().setValue(0)
        self.changed.emit()

    def _tell_trouble(self) -> None:
        """Say under the buttons what keeps the form from being run; a line is always there, so that little moves."""
        problem = next(iter(self.form.problems().values()), "") if self.form else ""
        self.trouble.say(problem or self._caution, caution=not problem)
        self._share_line()

    def _share_line(self) -> None:
        """Of what the run goes on from and what is wrong one alone takes the line that is always there."""
        self.note.setVisible(bool(self.note.sentence))
        self.trouble.setVisible(bool(self.trouble.sentence) or not self.note.sentence)
        self._place_buttons()

    def caution(self, sentence: str) -> None:
        """Say under the buttons what can be run and yet turns out poor, where nothing is wrong; "" for nothing."""
        self._caution = sentence
        self._tell_trouble()

    def _show_again(self, name: str) -> None:
        """Undo or redo changes a form: turn to it, or nobody would see what was changed."""
        if name != self.task:
            self.returned.emit(name)

    @property
    def form(self) -> OptionForm | None:
        """The form shown, None before the engine is ready."""
        return self.forms.get(self.task)

    def values(self) -> dict[str, Any]:
        """Options as the form has them."""
        return dict(self.form.values()) if self.form else {}

    def put(self, form: OptionForm, values: Mapping[str, Any]) -> None:
        """Put values into one of the forms, and tell whoever follows it."""
        form.set_values(values)
        self.changed.emit()

    def show_button(self, words: str) -> None:
        """What the primary button says: "Run · about 4 s"."""
        self.run.setText(words)
        colour = self._theme.on_accent if self.run.isEnabled() else self._theme.text2
        self.run.setIcon(gapped("play", colour, 13, filled=True))
        self.run.setIconSize(QSize(13 + GAP, 13))

    def say(self, sentence: str) -> None:
        """Say under the buttons what the run goes on from; "" where it begins anew."""
        self.note.say(sentence)
        self._share_line()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon of the primary button."""
        self._theme = theme
        self.show_button(self.run.text())


class TaskDock(Dock):
    """The task panel under its title, with copy and more at the right. Signals: those of QDockWidget."""

    def __init__(self, panel: TaskPanel, actions: Actions, more: QMenu) -> None:
        self.title = TitleRow("Task", 0)
        self.title.setMinimumHeight(36)
        self.title.row.setContentsMargins(14, 3, 8, 2)
        self.title.row.setSpacing(2)
        # the chosen task is the heading: its name stands once
        self.title.row.insertWidget(0, panel.choice)
        mark(panel.choice, dense=True)
        self.more = IconButton("ellipsis", tip="More")
        self.more.setMenu(more)
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        for button in (IconButton("copy", actions["run.copy_command"]), self.more):
            mark(button, small=True)
            button.setFixedSize(24, 24)
            self.title.add(button)
        self.panel = panel
        super().__init__("taskDock", "Task", panel, self.title)
        panel.setMinimumWidth(318)

    def show_title(self, task: str) -> None:
        """Name the task where there is no choice of tasks, which would say it too."""
        self.title.heading.setText(self.panel.titles.get(task, "Task"))
        self.title.heading.setVisible(self.panel.choice.isHidden())


def _wrapped(widget: QWidget) -> QWidget:
    """The widget at the top of a page."""
    page = QWidget()
    if hasattr(widget, "setWordWrap"):
        widget.setWordWrap(True)  # pyright: ignore
    column(widget, 1, parent=page)
    return page


def _take_room(page: QWidget, shown: bool) -> None:
    """Let a page decide the height that is scrolled, which a hidden one must not."""
    policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
    page.setSizePolicy(policy, policy)


def _padded(widget: QWidget) -> QWidget:
    page = QWidget()
    column(widget, margins=(14, 0, 14, 0), parent=page)
    return page


