"""What stands under the Train canvas: the film of samples over the loss, and the smaller plots."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QStackedWidget, QWidget

from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.charts.log_plot import LogPlot
from widgets.controls.film_strip import FilmStrip
from widgets.controls.readout import Readout
from widgets.controls.segmented import Segmented
from widgets.drawing.curve_scale import nice_step
from widgets.drawing.fonts import numbers
from widgets.drawing.pixmaps import to_qimage
from widgets.drawing.theme import DARK, Theme
from widgets.drawing.tips import wrapped
from workbench.parts import GAP, column, gapped, row
from workbench.running.mailbox import History, Series

NO_LEVELS = "Appears with the first validation."
BY_LEVEL = ("How well the averaged weights tell images held back from their noise. At the left the images are all but "
            "pure noise, at the right they are all but clean; log-SNR is the logarithm of how much stronger the image "
            "is than the noise.")
BY_LEVEL_TOLD = ("The cross-entropy of the averaged weights on data held back, in nats. At the left they are all but "
                 "pure noise, of which nobody can tell the class; at the right they are all but clean.")
LOSS, SAMPLING = "Loss, mean squared error", "Open Generate with this model"
GUIDING = "Draw samples that this classifier pulls towards their classes"
NEAR = 20  # steps that an axis shows at least
POINTS = 400  # of a curve: nobody sees more
FILM = 56
ROOMY = 640  # pixels from where there is room for the sentence beside buttons with words


class TrainTimeline(QFrame):
    """Sentence and buttons, film strip of the samples, loss over the same steps: for the bottom of the window.

    Signals: step_picked(int) with a step of the film or the plot; pause_asked(), stop_asked(), sample_asked(),
    continue_asked().
    """

    step_picked = Signal(int)
    pause_asked = Signal()
    stop_asked = Signal()
    continue_asked = Signal()
    sample_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._paused, self._classifier = DARK, False, False
        self.sentence = Readout(numbers())
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pause = self._button("Pause", "pause", "Rest after this step; other jobs may pass", self.pause_asked)
        self.stop = self._button("Stop", "square", "End here; the model and its state are kept", self.stop_asked)
        self.go_on = self._button("Continue", "play", "Train this model further", self.continue_asked)
        self.sample = self._button("Sample from it", "sparkles", SAMPLING, self.sample_asked)
        self.film = FilmStrip("Samples over training", captions=True)
        self.film.setFixedHeight(FILM)
        self.setFocusProxy(self.film)
        self.film.set_empty_text("Samples of the model appear here while it learns.")
        self.loss = LogPlot(LOSS, axes=True, x_title="step", legend=True)
        self.loss.set_empty_text("The loss appears with the first steps.")
        self.film.picked.connect(self.step_picked)
        self.loss.picked.connect(lambda x: self.step_picked.emit(round(x)))
        head = QWidget()
        top = row(self.sentence, self.pause, self.stop, self.go_on, self.sample, spacing=6, parent=head)
        top.setStretchFactor(self.sentence, 1)
        layout = column(head, self.film, self.loss, margins=(14, 6, 14, 4), spacing=4, parent=self)
        layout.setStretchFactor(self.loss, 1)
        self.show_buttons(None)

    def suit(self, classifier: bool) -> None:
        """Show the loss alone for a classifier, which makes no samples, and say what its model is for."""
        if self._classifier == classifier:
            return
        self._classifier = classifier
        self.film.setVisible(not classifier)
        self.loss.set_title("Loss, cross-entropy in nats" if classifier else LOSS)
        self.sample.setToolTip(GUIDING if classifier else SAMPLING)
        self._name_buttons()

    def clear(self) -> None:
        """There is no training."""
        self.sentence.say("")
        self.show_buttons(None)
        self.show_film(History())
        self.show_loss(History(), 1)

    def _button(self, words: str, image: str, tip: str, signal: object) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setProperty("image", image)
        button.clicked.connect(lambda _checked=False: signal.emit())  # pyright: ignore
        return button

    def show_buttons(self, alive: bool | None, *, paused: bool = False, model: bool = False) -> None:
        """Offer what can be done: with a job that is alive, with one that is over (False), or with none.

        Each button keeps its place, so that none comes to lie under a pointer that was on another.
        """
        self._paused = paused
        for button, usable in ((self.pause, alive is True), (self.stop, alive is True),
                               (self.go_on, alive is False), (self.sample, model)):
            button.setVisible(alive is not None)
            button.setEnabled(usable)
        self.pause.setProperty("image", "play" if paused else "pause")
        self._name_buttons()
        self.set_theme(self._theme)

    def _name_buttons(self) -> None:
        """Write on the buttons what they do, where that leaves the sentence its room."""
        wide = self.width() >= ROOMY
        pause = "Go on" if self._paused else "Pause"
        for button, words in ((self.pause, pause), (self.stop, "Stop"), (self.go_on, "Continue"),
                              (self.sample, "Guide with it" if self._classifier else "Sample from it")):
            button.setText(words if wide else "")
            button.setAccessibleName(words)
        self.pause.setMinimumWidth(self.stop.sizeHint().width() + 12 if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_buttons()

    def show_film(self, history: History) -> None:
        """Show the sheets of samples that there are."""
        def frame(step: int) -> QImage | None:
            samples = history.preview_of(step)
            return None if samples is None else corner(samples)

        self.film.set_frames(list(history.preview_steps), frame)

    def show_loss(self, history: History, total: int) -> None:
        """Show the losses of training and validation."""
        steps, losses = history.validated.columns("step", "loss")
        curves = [binned(history.trained, "loss", "training", "accent"),
                  Curve("validation", "guidance", losses.copy(), steps.copy())]
        mark_beginning(self.loss, history)
        self.loss.set_curves(curves, span_of(history, total))

    def mark_step(self, step: int | None) -> None:
        """Mark the step whose samples are on the canvas."""
        self.film.set_current(-1 if step is None else step)
        self.loss.set_cursor(None if step is None else float(step))

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the colours of a theme."""
        self._theme = theme
        for button in (self.pause, self.stop, self.go_on, self.sample):
            button.setIcon(gapped(str(button.property("image")), theme.text2))
            button.setIconSize(QSize(16 + GAP, 16))


class TrainPlots(QWidget):
    """Validation loss by noise level, learning rate and throughput, one at a time. It has no signals."""

    def __init__(self) -> None:
        super().__init__()
        self.levels = LogPlot("Loss by noise", axes=True, x_title="noisy ← log-SNR → clean", legend=True)
        self._said = NO_LEVELS
        self.levels.set_empty_text(NO_LEVELS)
        self.rate = CurvePlot("Learning rate", axes=True, x_title="step")
        self.speed = CurvePlot("Images a second", axes=True, x_title="step")
        plots = {"levels": self.levels, "rate": self.rate, "speed": self.speed}
        self.choice = Segmented([("levels", "By noise"), ("rate", "Rate"), ("speed", "Speed")], "Plot")
        # its names are never cut: the panel is at least as wide as they are
        self.choice.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.pages = QStackedWidget()
        for name, plot in plots.items():
            self.choice.button(name).setToolTip(plot.accessibleName())
            self.pages.addWidget(plot)
        self.levels.setToolTip(wrapped(BY_LEVEL))
        self.choice.chosen.connect(lambda name: self.pages.setCurrentWidget(plots[name]))
        head = QWidget()
        row(self.choice, 1, parent=head)
        column(head, self.pages, margins=(12, 4, 12, 8), spacing=6, parent=self).setStretch(1, 1)

    def suit(self, classifier: bool) -> None:
        """Say what the loss by noise is of."""
        self.levels.setToolTip(wrapped(BY_LEVEL_TOLD if classifier else BY_LEVEL))

    def clear(self) -> None:
        """There is no training."""
        self.say(NO_LEVELS)
        self.show_history(History(), 1)

    def say(self, sentence: str) -> None:
        """Choose what stands in place of the loss by noise while there is none."""
        if sentence != self._said:  # a new sentence draws the plot anew
            self._said = sentence
            self.levels.set_empty_text(sentence)

    def show_history(self, history: History, total: int) -> None:
        """Show a training's figures; of the noise levels the first and the newest validation."""
        span = span_of(history, total)
        for plot in (self.rate, self.speed):
            mark_beginning(plot, history)
        self.rate.set_curves([binned(history.trained, "learning_rate", "rate", "accent")], span)
        self.speed.set_curves([binned(history.trained, "images_per_second", "images/s", "accent")], span)
        rows, levels = history.by_level, np.round(history.levels, 1)
        shown = [Curve("first", "noise", rows[0], levels)] if len(rows) > 1 else []
        self.levels.set_curves([*shown, Curve("now", "guidance", rows[-1], levels)] if len(rows) else [])


def span_of(history: History, total: int) -> tuple[float, float] | None:
    """The steps that the axes show: a round number of them that the training will soon have, not all of a long one."""
    steps = history.trained["step"]
    if not len(steps):
        return None
    return 0.0, float(min(max(total, 1), nice_step(max(NEAR, 1.1 * steps[-1]))))


def mark_beginning(plot: CurvePlot, history: History) -> None:
    """Mark where a training that continues another one begins."""
    plot.set_mark(float(history.began) if history.began else None, "continued")


def binned(series: Series, name: str, title: str, colour: str) -> Curve:
    """A column of a training as a curve of at most POINTS points, each the mean of its bin."""
    x, y = series.columns("step", name)
    width = max(1, -(-len(y) // POINTS))
    whole = len(y) // width * width
    xs, ys = x[:whole].reshape(-1, width)[:, -1], y[:whole].reshape(-1, width)
    good = np.isfinite(ys)
    counts = good.sum(axis=1)
    means = np.where(counts > 0, np.where(good, ys, 0.0).sum(axis=1) / np.maximum(counts, 1), np.nan)
    return Curve(title, colour, smooth(means) if name == "loss" else means, xs.astype(np.float64))


def smooth(values: np.ndarray, share: float = 0.12) -> np.ndarray:
    """A running mean that forgets: each value pulls it by `share`; NaN are left out."""
    out, now = np.empty(len(values)), np.nan
    for k, value in enumerate(values):
        now = value if not np.isfinite(now) else now if not np.isfinite(value) else now + share * (value - now)
        out[k] = now
    return out


def corner(samples: np.ndarray) -> QImage:
    """The first four samples (B, C, H, W) of a sheet, two by two, as the picture of its place in the film."""
    first = samples[:4] if len(samples) >= 4 else samples[:1]
    if len(first) < 4:
        return to_qimage(first[0])
    top, bottom = (np.concatenate(list(first[k:k + 2]), axis=2) for k in (0, 2))
    return to_qimage(np.concatenate([top, bottom], axis=1))
