"""The runs of lessons begin at once whatever is learned meanwhile, and leave the library with the lessons."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.test_lessons import begun, settled
from tests.journeys.test_session import saved
from tests.journeys.window import Window
from workbench.docks.library import LibraryPanel
from workbench.lessons.registry import lessons
from workbench.library.records import State
from workbench.workspaces.points import Points

IMAGES = Recipe("train", {"steps": 100_000, "batch": 4, "width": 8, "mults": [1, 2], "attention": []})
POINTS = Recipe("train-points", {"steps": 1_000_000, "batch": 8, "name": "mine"})
LONG = Recipe("sample-points", {"data": {"name": "moons"}, "steps": 10_000, "count": 400, "sampler": {"name": "rk4"}})


def put_to_work(window: Window, qtbot: QtBot, recipe: Recipe) -> str:
    """Have something run that does not end by itself in time; gives its id."""
    turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    job = window.desk.queue.submit(recipe).id
    qtbot.waitUntil(lambda: window.desk.queue.job(job).state is State.RUNNING, timeout=SOON)
    return job


def ended(window: Window, qtbot: QtBot) -> None:
    """Stop all that goes on."""
    for job in window.desk.queue.alive():
        window.desk.queue.cancel(job.id)
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)


@contextmanager
def held(window: Window) -> Iterator[None]:
    """The engine begins nothing meanwhile."""
    done = threading.Event()
    window.desk.queue.call(lambda: (done.wait(), None)[1])
    try:
        yield
    finally:
        done.set()


def made(window: Window) -> list[str]:
    """The titles of the runs in the library."""
    return sorted(found.title for found in window.desk.library.runs())


def listed(window: Window) -> int:
    """How many runs the Library panel lists."""
    return window.findChildren(LibraryPanel)[0].runs.count


@pytest.mark.parametrize("recipe", [IMAGES, POINTS], ids=["images", "points"])
def test_a_training_rests_until_the_last_run_of_a_lesson_is_over(qtbot: QtBot, opened: Opener, recipe: Recipe) -> None:
    window, lesson = opened(), lessons()["langevin"]
    training, queue = put_to_work(window, qtbot, recipe), window.desk.queue
    rested = list[State]()
    queue.job_finished.connect(lambda _run: rested.append(queue.job(training).state))
    window.desk.actions["lesson.langevin"].trigger()
    runs = window.spaces.find(Points).lessons.runs
    assert queue.job(training).until == runs[-1]
    qtbot.waitUntil(lambda: len(rested) == len(lesson.panels), timeout=SOON)
    assert rested[0] is State.PAUSED, "one panel is not all of them"
    assert all(window.desk.library.run(name).state is State.DONE for name in runs)
    qtbot.waitUntil(lambda: queue.job(training).state is State.RUNNING, timeout=SOON)
    ended(window, qtbot)


def test_a_training_on_points_is_no_reason_for_one_on_images_to_wait(qtbot: QtBot, opened: Opener) -> None:
    """The shorter one goes first, and neither rests for one of its own length."""
    window = opened()
    images, queue = put_to_work(window, qtbot, IMAGES), window.desk.queue
    points = window.runs.submit(POINTS)
    assert points is not None
    assert queue.job(images).until == points.id
    window.runs.submit(POINTS)
    assert not queue.job(points.id).until
    ended(window, qtbot)


def test_a_lesson_says_what_it_waits_for_and_goes_first_when_asked(qtbot: QtBot, opened: Opener) -> None:
    window, lesson = opened(), lessons()["langevin"]
    busy, queue = put_to_work(window, qtbot, LONG), window.desk.queue
    strip = window.spaces.find(Points).sheet.lesson
    window.desk.actions["lesson.langevin"].trigger()
    assert f"after “{queue.job(busy).title}”" in strip.waits.text()
    assert strip.waits.isVisible()
    window.desk.actions["lesson.first"].trigger()
    qtbot.waitUntil(lambda: queue.job(busy).until == window.spaces.find(Points).lessons.runs[-1], timeout=SOON)
    assert not strip.waits.isVisible()
    runs = window.spaces.find(Points).lessons.runs
    qtbot.waitUntil(lambda: all(window.desk.library.run(name).state is State.DONE for name in runs), timeout=SOON)
    qtbot.waitUntil(lambda: queue.job(busy).state is State.RUNNING, timeout=SOON)
    assert len(runs) == len(lesson.panels)
    ended(window, qtbot)


def test_a_lesson_that_waits_for_nothing_has_nobody_to_go_before(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    begun(window, qtbot, lessons()["kl"])
    assert not window.spaces.find(Points).sheet.lesson.waits.isVisible()
    window.desk.actions["lesson.first"].trigger()
    assert "No lesson waits" in window.status.sentence


def test_the_runs_of_lessons_leave_the_library_with_them(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    mine = run(window, qtbot, steps=9, count=40)
    begun(window, qtbot, lessons()["langevin"])
    begun(window, qtbot, lessons()["kl"])
    assert len(made(window)) == 4
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: window.desk.stage.run == mine and window.desk.library.ids() == [mine], timeout=SOON)
    assert not window.desk.library.trash(), "what a lesson makes again at any time needs no trash"
    assert listed(window) == 1
    window.desk.actions["edit.undo"].trigger()
    qtbot.waitUntil(lambda: settled(window, lessons()["kl"]), timeout=SOON)
    assert len(made(window)) == 2


def test_runs_of_a_lesson_that_the_user_wants_stay(qtbot: QtBot, opened: Opener) -> None:
    """Starred, under another name, or with another one branched from it."""
    window = opened()
    points = begun(window, qtbot, lessons()["guidance"])
    starred, renamed, parent, gone = points.lessons.runs
    library = window.desk.library
    library.star(starred)
    library.rename(renamed, "mine")
    branch = window.desk.queue.submit(library.recipe(parent), "branch", parent=parent, branch_step=3).id
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: not library.has(gone), timeout=SOON)
    assert set(library.ids()) == {starred, renamed, parent, branch}
    assert "3 runs that you kept" in window.status.sentence


def test_a_lesson_that_is_made_again_leaves_no_run_of_its_first_time(
        qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of which one was ended early, or could not be begun; one that is paused is still its own."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    submit, asked = window.runs.submit, list[object]()

    def once(recipe: Recipe, *, show: bool, title: str) -> object:
        asked.append(recipe)
        return submit(recipe, show=show, title=title) if len(asked) == 1 else None

    with held(window):
        window.desk.actions["lesson.velocity"].trigger()
        first, second = points.lessons.runs
        window.desk.queue.pause(second)
        window.desk.actions["lesson.reset"].trigger()
        assert points.lessons.runs == (first, second)
        window.desk.queue.cancel(second)
        window.desk.actions["lesson.reset"].trigger()
        assert first not in points.lessons.runs
        qtbot.waitUntil(lambda: set(window.desk.library.ids()) == set(points.lessons.runs), timeout=SOON)
        window.desk.queue.cancel(points.lessons.runs[1])
        monkeypatch.setattr(window.runs, "submit", once)
        window.desk.actions["lesson.reset"].trigger()
        assert len(asked) == 2
        assert points.lessons.runs == ()
        qtbot.waitUntil(lambda: not window.desk.library.ids(), timeout=SOON)


def test_a_lesson_that_is_left_before_its_runs_are_over_leaves_none(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    window.desk.actions["lesson.guidance"].trigger()
    first = window.spaces.find(Points).lessons.runs[0]
    qtbot.waitUntil(lambda: window.desk.queue.job(first).state is not State.WAITING, timeout=SOON)
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: not window.desk.library.ids(), timeout=SOON)
    assert not window.desk.queue.jobs()
    assert window.desk.stage.live is None


def test_after_a_restart_the_runs_of_all_lessons_leave_as_well(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    begun(window, qtbot, lessons()["kl"])
    begun(window, qtbot, lessons()["gradient-flow"])
    told = json.loads(json.dumps(window.spaces.find(Points).lessons.kept))
    assert set(told["made"]) == {"kl", "gradient-flow"}
    saved(qtbot, window)
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.ready and settled(again, lessons()["gradient-flow"]), timeout=SOON)
    again.desk.actions["lesson.close"].trigger()
    assert not again.desk.library.ids()
    assert not listed(again)
