"""Editors of numbers: a field with its unit, and a slider beside it."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from widgets.controls.sided_line import SidedLine
from widgets.options.editors import Editor
from widgets.options.fields import FieldSpec, Kind, number_text, range_text, tooltip

SLIDER_STOPS = 200  # finer than a hand can set
NUMBER_WIDTH = 58
THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+")


class NumberField(SidedLine):
    """A number with its unit at the right.

    Signals: edited() when a usable number was typed or stepped; troubled(str) with a
    sentence when the text is no number of the range. Up and down step, with shift by ten.
    """

    edited = Signal()
    troubled = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.whole = spec.kind in (Kind.INT, Kind.SEED)
        self._value: float = spec.minimum or 0
        self._unit = QLabel(spec.unit)
        self._unit.setProperty("role", "field")
        self.set_side(self._unit, bool(spec.unit))
        self.textEdited.connect(self._typed)
        if spec.zero:
            self.textChanged.connect(self._name_zero)

    def number(self) -> float:
        """The last usable number: an int for whole numbers."""
        return int(self._value) if self.whole else float(self._value)

    def set_number(self, value: float) -> None:
        """Show a number without a signal."""
        self._value = value
        self.setText(number_text(value))
        self.setCursorPosition(0)

    def set_note(self, note: str) -> None:
        """Say a few words at the right in place of the unit, or the unit again with ""."""
        self._unit.setText(note or self.spec.unit)
        self.set_side(self._unit, bool(note or self.spec.unit))

    def _name_zero(self, text: str) -> None:
        """Say at the right what 0 means, in place of the unit."""
        zero = text.strip() == "0"
        self._unit.setText(self.spec.zero if zero else self.spec.unit)
        self.set_side(self._unit, zero or bool(self.spec.unit))

    def problem(self) -> str:
        """One sentence on what is wrong with the text, empty when it can be used."""
        try:
            value = self._parsed()
        except ValueError:
            kind = "whole number" if self.whole else "number"
            return f"{self.spec.title} “{self.text()}” is no {kind}; type {range_text(self.spec) or 'one'}."
        if not math.isfinite(value):
            return f"{self.spec.title} “{self.text()}” is not finite; type {range_text(self.spec) or 'a number'}."
        low, high = self.spec.minimum, self.spec.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return f"{self.spec.title} {self.text()} is out of range; use {range_text(self.spec)}."
        return ""

    def _typed(self) -> None:
        problem = self.problem()
        self.troubled.emit(problem)
        if not problem:
            self._value = self._parsed()
            self.edited.emit()

    def nudge(self, steps: float) -> None:
        """Move the number by so many steps of its own, within the range."""
        step = self.spec.step or (1 if self.whole else _fine_step(self.spec, self._value))
        value = self._value + steps * step
        value = max(value, self.spec.minimum) if self.spec.minimum is not None else value
        value = min(value, self.spec.maximum) if self.spec.maximum is not None else value
        # six digits, or 0.1 + 0.2 would be shown as 0.30000000000000004
        self.set_number(round(value) if self.whole else float(f"{value:.6g}"))
        self.troubled.emit("")
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        others = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
        if direction is None or event.modifiers() & others:  # those move something else, as Alt+arrows a job
            super().keyPressEvent(event)
            return
        self.nudge(direction * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))

    def _parsed(self) -> float:
        """What is typed as a number, “1,000” as the ranges write it too; raises ValueError for anything else."""
        if self.whole:
            return int(self.text().replace(",", "") if THOUSANDS.fullmatch(self.text().strip()) else self.text())
        return float(self.text().replace(",", "."))


def _fine_step(spec: FieldSpec, value: float) -> float:
    """A step for a number without one: a hundredth of the range, or a tenth of the value's decade."""
    if spec.minimum is not None and spec.maximum is not None and spec.widget != "log-slider":
        return (spec.maximum - spec.minimum) / 100
    # one in the second significant digit
    return 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01


class NumberEditor(Editor):
    """A number in a field. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.field = NumberField(spec, self)
        self.field.edited.connect(self.edited)
        self.field.troubled.connect(self.troubled)
        self.row.addWidget(self.field)
        self.adopt(self.field)

    def value(self) -> object:
        """The value as the options model takes it."""
        return self.field.number()

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        self.field.set_number(float(str(value)))
        self.troubled.emit(self.field.problem())

    def set_note(self, note: str) -> None:
        """Say a few words inside the field that follow from other options."""
        self.field.set_note(note)


class SliderEditor(NumberEditor):
    """A slider with its number, linear or by decades. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.low, self.high = spec.minimum or 0.0, spec.maximum if spec.maximum is not None else 1.0
        self.decades = spec.widget == "log-slider"
        if self.decades and self.low <= 0:
            # a logarithmic slider cannot reach 0; the field beside it can
            self.low = self.high * 1e-6
        self.slider = QuietSlider(Qt.Orientation.Horizontal, self)
        whole = self.field.whole and not self.decades and self.high - self.low <= 1000
        self.slider.setRange(0, round(self.high - self.low) if whole else SLIDER_STOPS)
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.setAccessibleName(f"{spec.title} slider")
        self.slider.setToolTip(tooltip(spec))
        self.slider.valueChanged.connect(self._slid)
        # the tooltip has the unit: with it some fields would be wider than others, and the sliders not in line
        self.field.hide_side()
        self.field.setFixedWidth(NUMBER_WIDTH)
        self.field.edited.connect(self._follow)
        self.row.insertWidget(0, self.slider, 1)
        QWidget.setTabOrder(self.slider, self.field)

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        super().set_value(value)
        self._follow()

    def set_decided(self, by: str) -> None:
        """Grey number and slider, which both say why."""
        super().set_decided(by)
        self.slider.setToolTip(self.field.toolTip())

    def _slid(self, stop: int) -> None:
        share = stop / max(self.slider.maximum(), 1)
        span = self.high - self.low
        value = self.low * (self.high / self.low) ** share if self.decades else self.low + share * span
        self.field.set_number(round(value) if self.field.whole else float(f"{value:.3g}"))
        self.troubled.emit("")
        self.edited.emit()

    def _follow(self) -> None:
        value = min(max(self.field.number(), self.low), self.high)
        share = (value - self.low) / (self.high - self.low)
        if self.decades:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * self.slider.maximum()))


class QuietSlider(QSlider):
    """A slider that leaves the wheel to the panel it stands in. Signals: those of QSlider."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        # even with the focus, which it keeps after a drag: scrolling on must not change it unseen
        event.ignore()
