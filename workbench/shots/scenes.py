"""The scenes of the Points workspace: what its page in the documentation shows, and every lesson."""

from __future__ import annotations

from functools import partial

from engines.checks.settled_claims import questions
from widgets.drawing.theme import LIGHT
from workbench.lessons.registry import lessons
from workbench.shots.driving import Scene, finished, run, settle, wait
from workbench.window import MainWindow
from workbench.workspaces.points import Points

LESSON_SIZE = (1280, 800)  # one picture each, as small as they go
CHECK_SIZE = (1100, 720)  # of the panel, which is a window of its own
FIT_STEP = 8  # half steps, while the ellipses still move
PROBED = (0.55, 0.75)  # a point of the plane between the moons
# what stands beside a run of DDPM, from the same noise
BESIDE = ({"sampler": {"name": "ddim"}}, {"sampler": {"name": "heun"}}, {"sampler": {"name": "dpm++2m"}})


def points_scenes() -> tuple[Scene, ...]:
    """What can be done in the workspace, and the Check panel."""
    return (Scene("points", first_visit), Scene("points-layers", layers), Scene("points-panels", panels),
            Scene("points-invert", inverted), Scene("points-training", training), Scene("points-mixture", mixture),
            Scene("points-sweep", sweep), Scene("points-study", study),
            Scene("check", check, sizes=(CHECK_SIZE,), subject=lambda window: window.claims.dock))


def lesson_scenes() -> tuple[Scene, ...]:
    """Every lesson, once."""
    return tuple(Scene(f"lesson-{name}", partial(lesson, name=name), (LIGHT,), (LESSON_SIZE,)) for name in lessons())


def first_visit(window: MainWindow) -> None:
    """Nothing has been run yet."""
    window.desk.stage.show(None)
    window.navigator.choose_task("sample-points")
    wait(lambda: window.panel.form is not None)
    _come_to_rest(window)


def layers(window: MainWindow) -> None:
    """Particles, density and score in the middle of a run, and what is known at a point."""
    run(window, "sample-points", {"data": {"name": "moons"}, "count": 1500})
    page = _points(window).field_page
    page.tools.bring_back(["density", "score", "paths"])
    window.desk.stage.move(44)
    page.fields[0].probed.emit(*PROBED)
    _come_to_rest(window)


def inverted(window: MainWindow) -> None:
    """The noise that points come from, half-way of a run there and back."""
    points = _points(window)
    points.runs.end()
    points.field_page.tools.bring_back(["density", "paths"])
    run(window, "invert-points", {"steps": 40})
    window.desk.stage.move(40)
    _come_to_rest(window)


def panels(window: MainWindow) -> None:
    """Four samplers with few steps from the same noise, and how far each is from the truth."""
    points, form = _points(window), window.panel.form
    points.field_page.fields[0].unprobed.emit()
    points.field_page.tools.bring_back(["density", "paths"])
    run(window, "sample-points", {"data": {"name": "moons"}, "sampler": {"name": "ddpm"}, "steps": 12, "count": 1500})
    for values in BESIDE:
        if form is not None:
            window.panel.put(form, values)
        window.desk.actions["points.beside"].trigger()
        finished(window)
    window.desk.stage.move(window.desk.stage.last)
    _come_to_rest(window)
    settle(2.0)  # the distances are measured once the steps have come to rest


def training(window: MainWindow) -> None:
    """A small network on the moons, what it learned beside what is exact."""
    window.desk.stage.show(None)
    run(window, "train-points", {"name": "my-moons", "steps": 800, "preview_every": 100})
    _come_to_rest(window)


def mixture(window: MainWindow) -> None:
    """A fit on its way."""
    run(window, "fit-mixture", {"data": {"name": "moons"}, "components": 6, "compare": 12})
    window.desk.stage.move(FIT_STEP)
    _come_to_rest(window)


def sweep(window: MainWindow) -> None:
    """Quality against network calls."""
    run(window, "sweep", {"count": 1000, "repeats": 3})
    _come_to_rest(window)


def study(window: MainWindow) -> None:
    """Every path and time grid as curves."""
    run(window, "study", {"study": {"name": "process"}})
    _come_to_rest(window)


def check(window: MainWindow) -> None:
    """The formulas that notes print differently, measured."""
    window.desk.actions["check.show"].trigger()
    window.claims.run.start([f"settled/{question.name}" for question in questions().values()])
    wait(lambda: not (window.claims.run.running or window.claims.listing.running))
    window.claims.dock.table.select(window.claims.kept[0].key)
    settle()


def lesson(window: MainWindow, name: str) -> None:
    """A lesson once all its runs are on the canvas."""
    window.claims.dock.hide()
    window.desk.actions[f"lesson.{name}"].trigger()
    finished(window)
    points, panels = _points(window), len(lessons()[name].panels)
    wait(lambda: _charted(window) or len(points.runs.shown) == panels)
    _come_to_rest(window)


def _charted(window: MainWindow) -> bool:
    live = window.desk.stage.live
    return live is not None and bool(live.charts)


def _come_to_rest(window: MainWindow) -> None:
    """Wait until the layers are there, and nothing lies over them."""
    settle()
    window.bar.dismiss()  # a model that is ready says so, over the canvas
    wait(lambda: not _points(window).subjects.store.busy)
    settle(1.0)


def _points(window: MainWindow) -> Points:
    return window.spaces.find(Points)
