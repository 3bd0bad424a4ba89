"""Pictures of every workspace with real content, in both themes and several sizes; and a film of a scrub."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QPixmap

from engines.errors import BadInput
from engines.files import write_atomic
from widgets.drawing.theme import DARK
from workbench.app import application
from workbench.home import temporary_home
from workbench.library.records import State
from workbench.shots.driving import SIZES, STOP, Scene, Stopped, finished, never, run, settle, start, wait
from workbench.shots.inverse_scenes import inverse_scenes
from workbench.shots.scenes import lesson_scenes, points_scenes
from workbench.window import MainWindow
from workbench.workspaces.images import Images

FILM_WIDTH = 760  # px, what a README shows
COLOURS = 256  # of a picture: flat interfaces look the same with a palette, at a third of the size


def groups() -> dict[str, tuple[Scene, ...]]:
    """The scenes by what they are about, in their order; within a group one begins where the one before it ended."""
    return {
        "images": (Scene("images", generate, filmed=True), Scene("branch", branch), Scene("compare", compare),
                   Scene("inpaint", inpaint), Scene("invert", invert), Scene("interpolate", interpolate),
                   Scene("noise", noise)),
        "inverse": inverse_scenes(),
        "train": (Scene("train", train),),
        "points": points_scenes(),
        "lessons": lesson_scenes(),
    }


def scenes(only: str = "") -> list[Scene]:
    """The scenes of a group, or of all; raises BadInput for a group that there is not."""
    known = groups()
    if only and only not in known:
        raise BadInput(f"There are no pictures of “{only}”; choose one of {', '.join(known)}.")
    return [scene for name, group in known.items() for scene in group if only in {"", name}]


def total(only: str = "") -> int:
    """How many files `shots` writes."""
    return sum(scene.files for scene in scenes(only))


def shots(out: Path, stopped: Callable[[], bool] = never, only: str = "") -> Iterator[Path]:
    """Write every picture into a folder, yielding their paths. Takes some minutes.

    Args:
        stopped: asked all the time; once it says so there are no further pictures.
        only: the group of scenes to photograph, "" for all.

    Raises BadInput for a group that there is not, WorkbenchError when a run fails or nothing moves for ten minutes.
    """
    chosen = scenes(only)
    application()
    window = MainWindow(temporary_home(), autostart=False)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    window.session.hurry()
    window.start()
    asked = STOP.set(stopped)
    try:
        with contextlib.suppress(Stopped):
            wait(lambda: window.desk.ready and bool(window.engine.models))
            for scene in chosen:
                yield from _taken(window, out, scene)
    finally:
        STOP.reset(asked)
        window.close()
        window.deleteLater()


def _taken(window: MainWindow, out: Path, scene: Scene) -> Iterator[Path]:
    """Bring up a scene and photograph it in its themes and sizes."""
    window.resize(*SIZES[0])
    for job in window.desk.queue.alive():  # a training that was paused for its picture
        window.desk.queue.cancel(job.id)
    wait(lambda: not window.desk.queue.alive())
    scene.make(window)
    shown = scene.subject(window)
    for theme in scene.themes:
        window.look.use(theme)
        for width, height in scene.sizes:
            shown.resize(width, height)
            settle()
            file = out / f"{scene.name}_{theme.name}_{width}x{height}.png"
            write_atomic(file, png(shown.grab()))
            yield file
    if scene.filmed:
        yield _film(window, out / "scrub.gif")


def generate(window: MainWindow) -> None:
    """Sixteen digits, looked at in the middle of the run."""
    run(window, "generate", {"count": 16, "steps": 50})
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
    window.desk.actions["run.compare"].trigger()  # which ends the comparison
    stage.move(stage.last)
    stage.sample = 3
    images = window.spaces.find(Images)
    images.picture.take_sample()
    side = images.canvas.input.image_size.width()
    y, x = np.mgrid[0:side, 0:side] / side
    # a round hole with an edge that fades, as a soft brush leaves it
    hole = np.clip(10 * (0.3 - np.hypot(x - 0.62, y - 0.55)), 0, 1).astype(np.float32)
    images.canvas.input.set_mask(hole)
    run(window, "inpaint", {"method": {"name": "repaint", "jump": 5, "resample": 3}, "steps": 30, "count": 4})
    stage.move(round(0.7 * stage.last))


def invert(window: MainWindow) -> None:
    """The same digit from its noise as every class there is."""
    run(window, "invert", {"there": "3", "label": "each", "count": 10, "guidance": 2.0})


def interpolate(window: MainWindow) -> None:
    """Nine digits from one seed to another."""
    run(window, "interpolate", {"label": "3"})


def noise(window: MainWindow) -> None:
    """The forward process on the same digit."""
    run(window, "noise", {"steps": 50, "size": 28})
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
        picture = _picture(window.grab())
        height = round(picture.height * FILM_WIDTH / picture.width)
        # 48 colours are enough for a flat interface and keep the film small enough for a README
        pictures.append(picture.resize((FILM_WIDTH, height), Image.Resampling.LANCZOS).quantize(48))
    buffer = io.BytesIO()
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=120, loop=0, optimize=True)
    write_atomic(file, buffer.getvalue())
    stage.move(30)
    return file


def png(pixmap: QPixmap) -> bytes:
    """A pixmap as PNG with a palette."""
    buffer = io.BytesIO()
    # coverage, not frequency: a thin curve has few pixels, but its colour says whose it is
    picture = _picture(pixmap).quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _picture(pixmap: QPixmap) -> Image.Image:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
