"""The strip over the canvas: painting tools on the left, what to do with the run on the right."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QColorDialog, QFrame, QMenu, QSizePolicy, QSlider, QToolButton, QWidget, QWidgetAction

from widgets.controls.readout import Readout
from widgets.drawing.fonts import words as word_font
from widgets.masks.canvas import MOST_TOLERANCE, MaskCanvas
from widgets.masks.tools import Fill, Tool
from workbench.actions import Actions
from workbench.pages.field_tools import FieldTools
from workbench.parts import IconButton, column, frame, line, row

HEIGHT = 44
NARROWEST = 644  # pixels in which tools and icons fit
ROOMY = 690  # pixels from which what has a key and stands in a menu, too, is shown
EDGE = 30  # pixels beside and between both groups
TITLE = 150  # pixels that words in place of tools have at least, as far as they are that long
SPARE, ICON = 56, 36  # pixels between tools and buttons, and of a button without words


class ValueButton(QToolButton):
    """A value as words ("Size 42 px"); a click opens a slider. Signals: changed(int) while it moves."""

    changed = Signal(int)

    def __init__(self, title: str, unit: str, tip: str) -> None:
        super().__init__()
        self._title, self._unit = title, unit
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(title)
        self.slider.setFixedWidth(160)
        holder = QWidget()
        row(self.slider, margins=(10, 6, 10, 6), parent=holder)
        entry = QWidgetAction(self)
        entry.setDefaultWidget(holder)
        menu = QMenu(self)
        menu.addAction(entry)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(tip)
        self.setAccessibleName(title)
        self.slider.sliderMoved.connect(self.changed)
        self.slider.valueChanged.connect(self._clicked)

    def show_value(self, value: float, low: int, high: int) -> None:
        """Show a value of the range low … high without emitting."""
        self.slider.blockSignals(True)
        self.slider.setRange(low, max(high, low))
        self.slider.setValue(round(value))
        self.slider.blockSignals(False)
        self.setText(f"{self._title} {value:.0f}{self._unit}")

    def _clicked(self, value: int) -> None:
        if not self.slider.isSliderDown():
            self.changed.emit(value)


class PaintTools(QFrame):
    """Tools of one canvas: tool buttons, size, soft edge, colour or invert.

    Signals: colour_chosen(QColor).

    Args:
        canvas: what they work on.
        actions: undo and redo of the window.
        crop: chooses what the model sees, on a canvas that has a crop.
    """

    colour_chosen = Signal(QColor)

    def __init__(self, canvas: MaskCanvas, actions: Actions, colours: bool, crop: QAction | None = None) -> None:
        super().__init__()
        self._canvas, self._grey = canvas, False
        commands = canvas.commands
        tools: list[QWidget] = [IconButton(str(tool.data()), tool) for tool in commands.tools]
        self._extra = list[QWidget]()
        if crop is not None:
            self._extra.append(IconButton("crop", crop))
            tools += self._extra
        self._size = ValueButton("Size", " px", "Diameter of the brush: [ and ], or the wheel with Ctrl")
        self._soft = ValueButton("Soft", "", "Width of the soft edge: { and }, or the wheel with Shift")
        self._tolerance = ValueButton("Tolerance", "", "How far colours may lie from the one clicked, in grey levels: "
                                      "[ and ], or the wheel with Ctrl")
        self._swatch = QToolButton()
        self._swatch.setToolTip("Colour to paint with")
        self._swatch.setAccessibleName("Colour")
        self._swatch.clicked.connect(self.ask_colour)
        self._swatch.setVisible(colours)
        invert = IconButton("contrast", commands.invert)
        invert.setVisible(not colours)
        last = [invert, IconButton("trash-2", commands.clear), IconButton("undo-2", actions["edit.undo"]),
                IconButton("redo-2", actions["edit.redo"])]
        gap = (line("vline"), line("vline"))
        for stroke in gap:
            stroke.setFixedHeight(16)
        self._row = row(*tools, gap[0], self._swatch, self._size, self._soft, self._tolerance, gap[1], *last, spacing=0,
                        parent=self)
        self._follow(canvas)
        self.set_colour(QColor("white"))

    def _follow(self, canvas: MaskCanvas) -> None:
        """Show what the canvas has, and set it."""
        self._size.changed.connect(lambda value: canvas.set_brush(size=value))
        self._soft.changed.connect(lambda value: canvas.set_brush(soft=value))
        self._tolerance.changed.connect(canvas.set_tolerance)
        canvas.tolerance_changed.connect(self._show_tolerance)
        canvas.brush_changed.connect(self._brush)
        canvas.tool_changed.connect(self._suit)
        self._suit(canvas.tool)
        self._show_tolerance(canvas.tolerance)
        self._brush(canvas.brush_size, canvas.brush_soft)

    def add(self, button: QWidget) -> None:
        """Put one more button behind the others, where there is room for it."""
        self._row.addWidget(button)
        self._extra.append(button)

    def fold(self, narrow: bool) -> None:
        """Leave out what can be done without."""
        for button in self._extra:
            button.setVisible(not narrow)

    def _suit(self, tool: Tool) -> None:
        """Show the values that a tool has: Fill knows no brush."""
        fills = isinstance(tool, Fill)
        self._size.setVisible(not fills)
        self._soft.setVisible(not fills)
        self._tolerance.setVisible(fills)

    def _show_tolerance(self, levels: int) -> None:
        self._tolerance.show_value(levels, 0, MOST_TOLERANCE)

    def _brush(self, size: float, soft: float) -> None:
        longest = max(self._canvas.image_size.width(), self._canvas.image_size.height(), 2)
        self._size.show_value(size, 1, longest)
        self._soft.show_value(soft, 0, max(1, round(size / 2)))

    def ask_colour(self) -> None:
        """Let the user choose the colour to paint with."""
        dialog = QColorDialog(self._colour, self)
        dialog.setWindowTitle("Colour to paint with")
        dialog.colorSelected.connect(self.set_colour)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def set_colour(self, colour: QColor) -> None:
        """Show and announce the colour to paint with."""
        self._colour = colour
        shown = self.colour
        swatch = QPixmap(14, 14)
        swatch.fill(shown)
        self._swatch.setIcon(QIcon(swatch))
        self._canvas.set_colour(shown)
        self.colour_chosen.emit(shown)

    @property
    def colour(self) -> QColor:
        """The colour that is painted with: the chosen one, or as light a grey (ITU-R 601)."""
        grey = round(0.299 * self._colour.red() + 0.587 * self._colour.green() + 0.114 * self._colour.blue())
        return QColor(grey, grey, grey) if self._grey else self._colour

    def set_grey(self, on: bool) -> None:
        """Paint in grey alone (on), or in the colour that was chosen."""
        if on is not self._grey:
            self._grey = on
            self.set_colour(self._colour)


class PictureTools(QFrame):
    """For a task that takes a picture without a mask: where another one comes from. It has no signals.

    Args:
        actions: of the window; buttons: (action, icon) pairs.
    """

    def __init__(self, actions: Actions, buttons: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        row(*(IconButton(icon, actions[name]) for name, icon in buttons), spacing=2, parent=self)


class ToolStrip(QFrame):
    """44 px over the canvas. Signals: zoom_asked() when the percentage is clicked.

    Args:
        actions: of the window; those named in `names` stand at the right with icon and words.
        names: (action, icon) pairs; where there is no room for all their words, the first ones lose them.
    """

    zoom_asked = Signal()

    def __init__(self, actions: Actions, names: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setFixedHeight(HEIGHT)
        self._left = frame("bar")
        self._left.installEventFilter(self)  # a tool that comes or goes leaves other room for words
        self._shown: QWidget | None = None
        self._slots = row(parent=self._left)
        self._words = Readout(word_font(), quiet=True)
        self._buttons = [IconButton(icon, actions[name], words=True) for name, icon in names]
        self._zoom = QToolButton()
        self._zoom.setObjectName("zoom")
        self._zoom.setToolTip("Fit the picture (Ctrl+0)")
        self._zoom.setAccessibleName("Zoom")
        self._zoom.clicked.connect(self.zoom_asked)
        bar = QWidget()
        layout = row(self._left, self._words, *self._buttons, self._zoom, margins=(10, 0, 12, 0), spacing=6, parent=bar)
        layout.setStretchFactor(self._words, 1)
        self._bar = layout
        column(bar, line(), parent=self)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setMinimumWidth(0)
        self.setMinimumWidth(NARROWEST)
        self.show_zoom(None)

    @property
    def words(self) -> str:
        """What stands where no tools stand."""
        return self._words.text()

    def add_button(self, action: QAction, icon: str) -> None:
        """Add one more button behind the others, once what carries its action out is there."""
        button = IconButton(icon, action, words=True)
        if self._buttons:  # one that comes late, too, wears what they wear
            button.set_theme(self._buttons[0].theme)
        self._buttons.append(button)
        self._bar.insertWidget(self._bar.indexOf(self._zoom), button)
        self._fit()

    def leave_out(self, names: Collection[str]) -> None:
        """Hide the buttons of these actions, which have nothing to act on here, and show the others."""
        for button in self._buttons:
            button.setVisible(button.does not in names)
        self._fit()

    def add_tools(self, tools: QWidget) -> None:
        """Add a group of tools at the left, hidden at first."""
        self._slots.addWidget(tools)
        tools.hide()

    def show_tools(self, tools: QWidget | None, words: str = "") -> None:
        """Show one group of tools, or a few words instead."""
        for k in range(self._slots.count()):
            item = self._slots.itemAt(k)
            widget = item.widget() if item else None
            if widget is not None and widget.isHidden() is (widget is tools):
                widget.setVisible(widget is tools)
        # beside tools there is no room for words: a stray fragment of them would be seen
        said = "" if tools else words
        changed = tools is not self._shown or said != self.words
        self._words.say(said)
        self._shown = tools
        if changed:
            self._fit()

    def show_zoom(self, percent: float | None) -> None:
        """Show the zoom in percent, or nothing."""
        if percent is not None:
            self._zoom.setText(f"{percent:.0f}\u00a0%")
        if self._zoom.isHidden() is not (percent is None):
            self._zoom.setVisible(percent is not None)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Give words to as many buttons as there is room for, from the last."""
        if isinstance(self._shown, PaintTools):
            self._shown.fold(self.width() < ROOMY)
        elif isinstance(self._shown, FieldTools):
            icons = sum(not button.isHidden() for button in self._buttons) * ICON
            zoom = 0 if self._zoom.isHidden() else self._zoom.sizeHint().width()
            self._shown.fold(self.width() - icons - zoom - EDGE)
        words = min(self._words.sizeHint().width(), TITLE) if self.words else 0
        room = self.width() - words - self._left.sizeHint().width() - self._zoom.sizeHint().width() - SPARE
        for k, button in reversed(list(enumerate(button for button in self._buttons if not button.isHidden()))):
            room -= button.wide() + 6
            button.show_words(room >= k * ICON)
