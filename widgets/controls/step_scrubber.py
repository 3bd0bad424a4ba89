"""Transport, readout, views and slider over the steps of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from widgets.controls.buttons import GlyphButton
from widgets.controls.readout import Readout
from widgets.controls.segmented import Segmented
from widgets.controls.step_slider import PAD, StepSlider
from widgets.drawing.fonts import figures, numbers
from widgets.drawing.theme import Theme
from widgets.drawing.tips import wrapped

STEPS_PER_SECOND = 15.0  # at 1×
SHORTEST_TICK = 16  # ms, one frame at 60 Hz
LONGEST_STALL = 0.25  # s: after a longer one the playing goes on where it was, and does not jump
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def _caption(align: Qt.AlignmentFlag) -> Readout:
    return Readout(figures(11), align, quiet=True)


def _line(widget: QWidget) -> QHBoxLayout:
    """A row of one widget, whose margins can be set."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.addWidget(widget)
    return made


class StepScrubber(QWidget):
    """Goes through the recorded steps of a run by mouse, keys or playing.

    Signals: step_changed(int) when the user or the playback goes to a step;
    view_changed(str) with the name of one of the views that `set_views` offers;
    playing_changed(bool).

    Attributes:
        more_comes: asked at the last recorded step, where the playing waits for a run that goes on.

    Args:
        clock: seconds, by which the playing keeps its speed however long a step takes to draw.
    """

    step_changed = Signal(int)
    view_changed = Signal(str)
    playing_changed = Signal(bool)

    more_comes: Callable[[], bool]

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self._clock, self._ticked, self._due = clock, 0.0, 0.0
        self.more_comes = lambda: False
        self.setAccessibleName("Time line")
        self.slider = StepSlider()
        self.slider.moved.connect(self._moved)
        self.slider.play_pressed.connect(self.toggle_play)
        self.slider.keyed.connect(self.pause)  # playing would carry the step away at once
        self.setFocusProxy(self.slider)
        self._facts: tuple[tuple[str, str], ...] = ()
        self._speed = 1.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self.readout = Readout(numbers())
        self.views = Segmented((), "View")
        self.views.setProperty("snug", True)  # on a small screen the readout needs the room
        self.views.chosen.connect(self.view_changed)
        self._ends = (_caption(Qt.AlignmentFlag.AlignLeft), _caption(Qt.AlignmentFlag.AlignHCenter),
                      _caption(Qt.AlignmentFlag.AlignRight))
        self._strips = QVBoxLayout()
        self._strips.setSpacing(2)
        self._lines = [_line(self.slider)]  # what ends where the slider does
        self._build()
        self.set_ends("noise", "data")
        self._show()

    def _build(self) -> None:
        self._start = GlyphButton("skip-back", "To the start (Home)", lambda: self.slider.go(0))
        self._play = GlyphButton("play", "Play (Space)", self.toggle_play)
        self._end = GlyphButton("skip-forward", "To the end (End)", lambda: self.slider.go(self.slider.recorded))
        self._loop = GlyphButton("repeat", "Play again from the start at the end", checkable=True)
        top = QHBoxLayout()
        top.setSpacing(2)
        for button in (self._start, self._play, self._end, self._loop):
            button.setFixedSize(QSize(30, 28))
            top.addWidget(button)
        top.addWidget(self._speed_button())
        top.addSpacing(10)
        top.addWidget(self.readout)
        top.addStretch(1)
        top.addWidget(self.views)
        captions = QHBoxLayout()
        for label in self._ends:
            captions.addWidget(label, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(self._strips, 1)
        layout.addLayout(self._lines[0])
        layout.addLayout(captions)

    def _speed_button(self) -> QToolButton:
        self._speed_label = QToolButton()
        self._speed_label.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speed_label.setToolTip("Speed of playing")
        self._speed_label.setAccessibleName("Speed")
        menu = QMenu(self._speed_label)
        group = QActionGroup(menu)
        self._speeds = dict[float, QAction]()
        for speed in SPEEDS:
            action = menu.addAction(f"{speed:g}×")
            action.setCheckable(True)
            action.setChecked(speed == 1.0)
            action.triggered.connect(lambda _=False, chosen=speed: self.set_speed(chosen))
            group.addAction(action)
            self._speeds[speed] = action
        self._speed_label.setMenu(menu)
        self._speed_label.setText("1×")
        return self._speed_label

    def add_strip(self, strip: QWidget, *, aligned: bool = False) -> None:
        """Put a branch tree or film strip between the transport and the slider; `aligned`: it ends where that does."""
        if aligned:
            self._lines.append(_line(strip))
            self._strips.addLayout(self._lines[-1])
        else:
            self._strips.addWidget(strip)

    def set_inset(self, pixels: int) -> None:
        """Let slider and aligned strips have their first and last step so many px from the edges."""
        side = max(pixels - round(PAD), 0)
        for line in self._lines:
            line.setContentsMargins(side, 0, side, 0)

    def set_run(self, total: int, recorded: int, step: int | None = None, first: int = 0) -> None:
        """Show a run of `total` steps whose states `first` to `recorded` exist; keeps the step unless one is given."""
        if not recorded:
            self.pause()
        self.slider.set_first(first)
        self.slider.set_state(self.slider.step if step is None else step, recorded, total)
        self._show()

    def set_step(self, step: int) -> None:
        """Show a step without a signal."""
        self.slider.set_state(step, self.slider.recorded, self.slider.total)
        self._show()

    def step(self) -> int:
        """The step shown."""
        return self.slider.step

    def go(self, step: int) -> None:
        """Go to a step with the signal, kept within what is recorded."""
        self.slider.go(step)

    def nudge(self, steps: int) -> None:
        """Go some steps on, or back for a negative number; it pauses, or the step would be carried away at once."""
        self.pause()
        self.slider.go(self.slider.step + steps)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show more of the step in the readout: (name, value) pairs such as ("t", "0.42")."""
        self._facts = tuple(facts)
        self._show()

    @property
    def caption(self) -> str:
        """What stands under the middle of the slider."""
        return self._ends[1].text()

    def set_caption(self, words: str, help: str = "") -> None:
        """Show words under the middle of the slider, e.g. “log-SNR −2.1”, and in their tooltip what they mean."""
        self._ends[1].say(words)
        self._ends[1].setToolTip(wrapped(help))

    @property
    def ends(self) -> tuple[str, str]:
        """What the ends of the slider are called."""
        return self._ends[0].text(), self._ends[2].text()

    def set_ends(self, start: str, end: str) -> None:
        """Name the ends of the slider."""
        self._ends[0].say(start)
        self._ends[2].say(end)

    def set_markers(self, steps: Sequence[int]) -> None:
        """Mark steps on the slider, e.g. where branches begin."""
        self.slider.set_markers(steps)

    def set_views(self, views: Sequence[tuple[str, str]]) -> None:
        """Offer other views as (value, title) pairs."""
        self.views.set_choices(views)

    def view(self) -> str:
        """The chosen view."""
        return self.views.value()

    @property
    def able(self) -> bool:
        """Whether there is more than one step to go to."""
        return self.slider.recorded > self.slider.first

    @property
    def playing(self) -> bool:
        """Whether the steps are being played."""
        return self._timer.isActive()

    def set_speed(self, speed: float) -> None:
        """Play at a multiple of 15 steps per second, one of SPEEDS."""
        self._speed = speed
        self._speed_label.setText(f"{speed:g}×")
        self._speeds[speed].setChecked(True)
        if self.playing:
            self._timer.start(self._interval())

    def toggle_play(self) -> None:
        """Play, or pause while playing."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from the step shown, or from the start when it is the last."""
        if not self.slider.recorded:
            return
        if self.slider.step >= self.slider.recorded:
            self.slider.go(0)
        self._ticked, self._due = self._clock(), 0.0
        self._timer.start(self._interval())
        self._play.set_glyph("pause", "Pause (Space)")
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop playing."""
        if self.playing:
            self._timer.stop()
            self._play.set_glyph("play", "Play (Space)")
            self.playing_changed.emit(False)

    def _interval(self) -> int:
        return max(SHORTEST_TICK, round(1000 / (STEPS_PER_SECOND * self._speed)))

    def _tick(self) -> None:
        """Go as many steps on as the time since the last tick is worth: a slow screen leaves some out."""
        now = self._clock()
        passed = min(now - self._ticked, max(LONGEST_STALL, 2 * self._interval() / 1000))
        self._due += passed * STEPS_PER_SECOND * self._speed
        self._ticked = now
        stride = round(self._due)  # to the nearest, since a timer may also ring a little early
        if stride < 1:
            return
        self._due -= stride
        if self.slider.step < self.slider.recorded:
            self.slider.go(self.slider.step + stride)
        elif self._loop.isChecked():
            self.slider.go(0)
        elif not self.more_comes():
            self.pause()

    def _moved(self, step: int) -> None:
        self._show()
        self.step_changed.emit(step)

    def _show(self) -> None:
        total, step = self.slider.total, self.slider.step
        for button in (self._start, self._play, self._end, self._loop):
            button.setEnabled(self.able)
        parts = [f"step {step:>{len(f'{total:,}')},} / {total:,}" if total else "no steps yet"]
        parts += [f"{name} {value}" for name, value in self._facts if total]
        self.readout.say("   ".join(parts))

    def hideEvent(self, event: QHideEvent) -> None:
        self.pause()
        super().hideEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Colour slider and icons by a theme."""
        for part in (self.slider, self._start, self._play, self._end, self._loop):
            part.set_theme(theme)
