"""The scenes of inverse problems: a hole restored, methods compared, the laboratory, seams, strengths, guidance."""

from __future__ import annotations

from typing import Any

import numpy as np

from engines.benchmarks.scene import scene
from engines.errors import WorkbenchError
from engines.tasks.shared_options import PHOTOS
from widgets.drawing.theme import DARK, LIGHT
from workbench.controllers.guidance import ACTION as GUIDANCE
from workbench.controllers.laboratory import OPEN
from workbench.controllers.seam_methods import ACTION as SEAM
from workbench.controllers.which import Opened
from workbench.library.records import State
from workbench.shots.driving import Scene, finished, run, settle, wait
from workbench.window import MainWindow
from workbench.workspaces.images import Images

SIZE = (1280, 800)  # one picture for each theme, as small as they go
SIDE = 96  # px of the picture that is damaged
LABORATORY = {"steps": 60, "count": 300, "draws": 2}
STEPS = 12


def inverse_scenes() -> tuple[Scene, ...]:
    """What can be done about a measurement, in the order of its page."""
    made = {"restore": restore, "methods": compared, "laboratory": laboratory, "seam": seams,
            "strengths": strengths, "guidance": guidance}
    return tuple(Scene(name, make, (DARK, LIGHT), (SIZE,)) for name, make in made.items())


def restore(window: MainWindow) -> None:
    """A hole in a drawn landscape, and what may have been there."""
    images = _put(window)
    window.navigator.choose_task("restore")
    images.canvas.input.set_mask(_hole(SIDE))
    run(window, "restore", {"model": PHOTOS, "degradation": {"name": "mask"}, "method": {"name": "ddnm"},
                            "noise": {"name": "gaussian", "level": 0}, "steps": 2 * STEPS, "count": 4})
    window.desk.stage.sample = 1
    settle(1.0)


def compared(window: MainWindow) -> None:
    """The landscape blurred, and restored by every method."""
    images = _put(window)
    window.navigator.choose_task("restore")
    _fill(window, {"model": PHOTOS, "degradation": {"name": "gaussian-blur", "width": 1.5}, "steps": STEPS, "count": 1,
                   "noise": {"name": "gaussian", "level": 5}, "method": {"name": "ddnm"}})
    settle()
    window.desk.actions["run.restore-methods"].trigger()
    _ended(window)
    wait(lambda: len(images.canvas.table.tiles) > 2)
    settle(1.0)


def laboratory(window: MainWindow) -> None:
    """Every method beside the exact posterior, in the plane."""
    window.navigator.choose_workspace("points")
    window.desk.actions[OPEN].trigger()
    form = window.panel.form
    study = {} if form is None else form.values()["study"]
    known: dict[str, Any] = dict(study) if isinstance(study, dict) else {}
    run(window, "study", {"study": {**known, **LABORATORY}})
    settle(1.0)


def seams(window: MainWindow) -> None:
    """A digit's hole filled in four ways."""
    images = _digit(window)
    window.navigator.choose_task("inpaint")
    images.canvas.input.set_mask(_hole(images.canvas.input.image_size.width()))
    _fill(window, {"model": "digits", "steps": 30, "count": 2,
                   "method": {"name": "repaint", "jump": 5, "resample": 4}})
    window.desk.actions[SEAM].trigger()
    _ended(window)
    strip = images.methods.strip
    wait(lambda: strip.count == 4 and all(strip.choice(k).picture is not None for k in range(4)))
    settle(1.0)


def strengths(window: MainWindow) -> None:
    """A digit brought back from nine strengths."""
    images = _digit(window)
    window.navigator.choose_task("edit")
    _fill(window, {"model": "digits", "steps": 30, "strength": 0.5})
    window.desk.actions["run.strengths"].trigger()
    _ended(window)
    wait(lambda: images.strengths.strip.count == 9)
    settle(1.0)


def guidance(window: MainWindow) -> None:
    """Accuracy and variety of points by the scale of guidance."""
    window.navigator.choose_task("sample-points")
    wait(lambda: window.panel.form is not None)
    window.desk.actions[GUIDANCE].trigger()
    _ended(window)
    settle(1.0)


def _put(window: MainWindow) -> Images:
    """The drawn landscape as the user's picture."""
    images = window.spaces.find(Images)
    window.navigator.choose_workspace("images")
    window.desk.stage.show(None)
    images.picture.put(Opened.of(scene(SIDE), "landscape"))
    wait(lambda: images.canvas.input.image_size.width() == SIDE)
    return images


def _digit(window: MainWindow) -> Images:
    """One of four digits that were just sampled as the user's picture."""
    images = window.spaces.find(Images)
    run(window, "generate", {"model": "digits", "label": "each", "count": 4, "steps": 25, "seed": 5})
    window.desk.stage.sample = 3
    images.picture.take_sample()
    settle()
    return images


def _hole(side: int) -> np.ndarray:
    """A round hole (side, side) in [0, 1], right of the middle."""
    y, x = np.mgrid[0:side, 0:side] / side
    return (np.hypot(x - 0.6, y - 0.5) < 0.2).astype(np.float32)


def _fill(window: MainWindow, values: dict[str, Any]) -> None:
    """Put values into the form that is shown; raises WorkbenchError where there is none."""
    form = window.panel.form
    if form is None:
        raise WorkbenchError("The task has no form; install the program again.")
    window.panel.put(form, values)
    window.panel.changed.emit()
    settle()


def _ended(window: MainWindow) -> None:
    """Wait until what an action started is done; raises WorkbenchError where nothing did."""
    wait(lambda: bool(window.desk.queue.alive()) or bool(window.bar.sentence), 60)
    finished(window)
    jobs = window.desk.queue.jobs()
    if not jobs or jobs[-1].state is not State.DONE:
        raise WorkbenchError(window.bar.sentence or "Nothing was run; try again.")
