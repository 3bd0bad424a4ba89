"""Pictures of every workspace with real content, in both themes and several sizes; and a film of a scrub."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QCoreApplication, QEvent, QEventLoop, QIODevice, Qt, QThread
from PySide6.QtGui import QPixmap

from engines.errors import WorkbenchError
from engines.files import write_atomic
from widgets.theme import DARK, LIGHT
from workbench.app import application
from workbench.home import temporary_home
from workbench.library.records import State
from workbench.window import MainWindow
from workbench.workspaces.images import Images

SIZES = ((1280, 800), (1440, 900), (1920, 1080))
PATIENCE = 600.0  # s; a slow machine takes minutes for the training scene
FILM_WIDTH = 760  # px, what a README shows
SCENES = ("images", "branch", "compare", "inpaint", "noise", "train")


class Stopped(Exception):
    """The user wants no further pictures."""


def never() -> bool:
    """Nobody stops it."""
    return False


# asked in every round of events: the waits are deep inside of the scenes
STOP: ContextVar[Callable[[], bool]] = ContextVar("stop", default=never)


def total() -> int:
    """How many files `shots` writes: every scene in both themes and every size, and a film."""
    return len(SCENES) * 2 * len(SIZES) + 1


def shots(out: Path, stopped: Callable[[], bool] = never) -> Iterator[Path]:
    """Write every picture into a folder, yielding their paths. Takes about a minute.

    Args:
        stopped: asked all the time; once it says so there are no further pictures.

    Raises WorkbenchError when a run fails or nothing moves for ten minutes.
    """
    application()
    window = MainWindow(temporary_home(), autostart=False)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    window.session.hurry()
    window.start()
    asked = STOP.set(stopped)
    try:
        with contextlib.suppress(Stopped):
            yield from _all(window, out)
    finally:
        STOP.reset(asked)
        window.close()
        window.deleteLater()


def _all(window: MainWindow, out: Path) -> Iterator[Path]:
    """Bring up one scene after the other and photograph each."""
    wait(lambda: window.desk.ready and bool(window.engine.models))
    generate(window)
    yield from _photographs(window, out, "images")
    yield _film(window, out / "scrub.gif")
    branch(window)
    yield from _photographs(window, out, "branch")
    compare(window)
    yield from _photographs(window, out, "compare")
    window.desk.actions["run.compare"].trigger()
    inpaint(window)
    yield from _photographs(window, out, "inpaint")
    noise(window)
    yield from _photographs(window, out, "noise")
    train(window)
    yield from _photographs(window, out, "train")


def generate(window: MainWindow) -> None:
    """Sixteen digits, looked at in the middle of the run."""
    _run(window, "generate", {"count": 16, "steps": 50})
    window.desk.stage.move(30)


def branch(window: MainWindow) -> None:
    """A branch with more guidance from step 20."""
    form = window.panel.form
    window.desk.stage.move(20)
    if form is not None:
        form.set_values({"guidance": 6.0, "sampler": {"name": "ddim", "eta": 1.0}})
    window.desk.actions["run.branch"].trigger()
    finished(window)
    window.desk.stage.move(34)


def compare(window: MainWindow) -> None:
    """The branch beside the run it left."""
    window.desk.actions["run.compare"].trigger()
    wait(lambda: window.desk.stage.other is not None)
    window.desk.stage.move(40)


def inpaint(window: MainWindow) -> None:
    """A hole in a finished digit, filled four times."""
    stage = window.desk.stage
    stage.move(stage.last)
    stage.sample = 3
    images = window.spaces.find(Images)
    images.picture.take_sample()
    side = images.canvas.input.image_size.width()
    y, x = np.mgrid[0:side, 0:side] / side
    # a round hole with an edge that fades, as a soft brush leaves it
    hole = np.clip(10 * (0.3 - np.hypot(x - 0.62, y - 0.55)), 0, 1).astype(np.float32)
    images.canvas.input.set_mask(hole)
    _run(window, "inpaint", {"method": {"name": "repaint", "jump": 5, "resample": 3}, "steps": 30, "count": 4})
    stage.move(round(0.7 * stage.last))


def noise(window: MainWindow) -> None:
    """The forward process on the same digit."""
    _run(window, "noise", {"steps": 50, "size": 28})
    window.desk.stage.move(20)


def train(window: MainWindow) -> None:
    """A short training on the digits, photographed while it goes on."""
    window.navigator.choose_task("train")
    wait(lambda: window.panel.form is not None)
    values = {"name": "my-digits", "steps": 4000, "preview_every": 40, "validate_every": 40, "batch": 32}
    job = start(window, "train", values)
    wait(lambda: window.desk.queue.job(job).done >= 130 or not window.desk.queue.job(job).state.alive)
    settle(1.0)
    window.desk.queue.pause(job)
    wait(lambda: window.desk.queue.job(job).state is not State.RUNNING)


def settle(seconds: float = 0.4) -> None:
    """Let the window draw what it has."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _beat()


def wait(until: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Keep the window alive until something is so; raises WorkbenchError after `patience` seconds."""
    end = time.monotonic() + patience
    while not until():
        if time.monotonic() > end:
            raise WorkbenchError(f"Nothing happened for {patience:.0f} s; look at the reports and try again.")
        _beat()


def _beat() -> None:
    """One round of events, then a rest: asking without pause would starve the engine thread. Raises Stopped."""
    if STOP.get()():
        raise Stopped
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    # what is to be deleted later goes when control returns to an event loop, and there is none here
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QThread.msleep(5)


def _run(window: MainWindow, task: str, values: dict[str, Any]) -> None:
    """Fill a form, run it and wait for its end."""
    start(window, task, values)
    finished(window)


def start(window: MainWindow, task: str, values: dict[str, Any]) -> str:
    """Fill a form and put it into the queue; returns the job, raises WorkbenchError when it did not start."""
    window.navigator.choose_task(task)
    form = window.panel.form
    if form is None:
        raise WorkbenchError(f"The task {task} has no form; install the program again.")
    form.set_values(values)
    window.panel.changed.emit()
    job = window.runs.start()
    if job is None:
        raise WorkbenchError(window.bar.sentence or f"The task {task} did not start; try again.")
    return job.id


def finished(window: MainWindow) -> None:
    """Wait until the queue is empty and the canvas shows the end."""
    wait(lambda: not window.desk.queue.alive())
    failed = [job for job in window.desk.queue.jobs() if job.state is State.FAILED]
    if failed:
        raise WorkbenchError(failed[-1].sentence)
    settle()


def _photographs(window: MainWindow, out: Path, name: str) -> Iterator[Path]:
    """The present scene in both themes and every size."""
    for theme in (DARK, LIGHT):
        window.look.use(theme)
        for width, height in SIZES:
            window.resize(width, height)
            settle()
            file = out / f"{name}_{theme.name}_{width}x{height}.png"
            write_atomic(file, png(window.grab()))
            yield file


def _film(window: MainWindow, file: Path) -> Path:
    """Scrub through the run on the canvas, as an animated GIF of the whole window."""
    window.look.use(DARK)
    window.resize(1280, 800)
    settle()
    stage = window.desk.stage
    pictures = list[Image.Image]()
    for index in [*range(0, stage.last + 1, 3), *range(stage.last, 19, -5)]:
        stage.move(index)
        settle(0.05)
        picture = Image.open(io.BytesIO(png(window.grab()))).convert("RGB")
        height = round(picture.height * FILM_WIDTH / picture.width)
        # 48 colours are enough for a flat interface and keep the film small enough for a README
        pictures.append(picture.resize((FILM_WIDTH, height), Image.Resampling.LANCZOS).quantize(48))
    buffer = io.BytesIO()
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=120, loop=0, optimize=True)
    write_atomic(file, buffer.getvalue())
    stage.move(30)
    return file


def png(pixmap: QPixmap) -> bytes:
    """A pixmap as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return bytes(buffer.data().data())
