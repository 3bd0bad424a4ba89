"""The tools over a model of points that learns: which arrows are shown, and at which noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from widgets.controls.readout import Readout
from widgets.controls.segmented import Segmented
from widgets.drawing.fonts import figures
from widgets.drawing.tips import wrapped
from widgets.options.numbers import QuietSlider
from workbench.fields.belief_course import SharedBelief
from workbench.fields.belief_frames import TITLES, Look, Shown, level_words, meant
from workbench.parts import row

FIRST = 6  # the level looked at before another is chosen: shapes are seen, and arrows still say something
FARTHEST = 1000  # levels of no training: what a damaged session may hold
LEAST, MOST = 56, 140  # px of the slider
HELP = {Shown.SCORE: "∇ log p of the data with noise, as the model has learned it and as it is",
        Shown.VELOCITY: "Where the probability-flow ODE goes, as the model has learned it and as it is",
        Shown.ESTIMATE: "From each state to the mean of the data that may lie behind it",
        Shown.NONE: "Samples and data alone"}

ENDS = "This model learns where the flow ends and no mean of the data, from which the arrows would follow"
PAIRED = "This model learns from noise near its data, and so no score of data with any noise"
WHERE = "From each state to where the flow through it ends, as the model has learned it"


class BeliefTools(QFrame):
    """Arrows and noise level. Signals: changed() by the user."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shared: SharedBelief | None = None
        self.arrows = Segmented([(str(shown), TITLES[shown]) for shown in Shown], "Arrows")
        for shown, help in HELP.items():
            self.arrows.button(str(shown)).setToolTip(wrapped(help))
        self.noise = QuietSlider(Qt.Orientation.Horizontal)
        self.noise.setAccessibleName("Noise level")
        self.noise.setToolTip(wrapped("How much noise samples, data and arrows are seen with: from almost nothing but "
                                      "noise at the left to none at the right"))
        self.noise.setMinimumWidth(LEAST)
        self.noise.setMaximumWidth(MOST)
        self.noise.setRange(0, FIRST + 2)
        self.noise.setValue(FIRST)
        self.words = Readout(figures(11), Qt.AlignmentFlag.AlignLeft, quiet=True)
        line = row(self.arrows, self.noise, self.words, spacing=10, parent=self)
        line.setStretchFactor(self.noise, 1)
        self.arrows.chosen.connect(lambda _value: self.changed.emit())
        self.noise.valueChanged.connect(lambda _value: self._moved())
        self._say()

    @property
    def look(self) -> Look:
        """What is looked at."""
        return Look(Shown(self.arrows.value()), self.noise.value())

    def set_shared(self, shared: SharedBelief | None) -> None:
        """Offer the noise levels of a training; without any there is nothing to choose."""
        self._shared = shared
        self.setEnabled(shared is not None)
        if shared is not None and self.noise.maximum() != len(shared.times):
            self.noise.setMaximum(len(shared.times))
        self._offer(shared)
        self._say()

    def _offer(self, shared: SharedBelief | None) -> None:
        """Grey the arrows that what is learned does not have, with the reason; the estimate stands in for them."""
        ends = shared is not None and not meant(Shown.VELOCITY, shared)
        for shown, help in HELP.items():
            able = shared is None or meant(shown, shared)
            self.arrows.set_available(str(shown), able, wrapped(help if able else ENDS if ends else PAIRED))
        if ends:
            self.arrows.button(str(Shown.ESTIMATE)).setToolTip(wrapped(WHERE))
        if shared is not None and not meant(self.look.shown, shared):
            self.arrows.set_value(str(Shown.ESTIMATE))

    @property
    def kept(self) -> dict[str, Any]:
        """What is looked at, for the next start."""
        return {"arrows": self.arrows.value(), "noise": self.noise.value()}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Look at the same; how many levels there are is only known with a training."""
        self.arrows.set_value(str(kept.get("arrows")))
        level = kept.get("noise")
        if isinstance(level, int) and 0 <= level <= FARTHEST:
            self.noise.setMaximum(max(self.noise.maximum(), level))
            self.choose_level(level)

    def choose_level(self, level: int) -> None:
        """Look at a noise level."""
        self.noise.setValue(level)

    def _moved(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        self.words.say(level_words(self._shared, self.noise.value()) if self._shared is not None else "")
