"""The Train workspace: data before it starts, its course while it runs, continuing and sampling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.errors import Diverged, OutOfMemory
from tests.workbench.train_desk import TrainWindow
from widgets.controls.error_bar import Remedy
from workbench.library.library import Library
from workbench.library.records import State
from workbench.pages.train_page import Page
from workbench.running.jobs import JobQueue

NETWORK = {"name": "unet", "width": 8, "mults": [1, 2], "groups": 4, "head": 4, "attention": []}
TINY = {"size": 8, "steps": 6, "batch": 4, "network": NETWORK,
        "warmup": 0, "validate_every": 3, "preview_every": 3, "name": "tiny"}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Twelve pictures in two classes, one of them broken."""
    draw = np.random.default_rng(0)
    for name, count in (("cats", 7), ("dogs", 4)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for k in range(count):
            pixels = draw.integers(0, 255, (12, 20, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{k}.png")
    (tmp_path / "pictures" / "dogs" / "broken.png").write_bytes(b"no picture")
    return tmp_path / "pictures"


@pytest.fixture
def window(qtbot: QtBot, library: Library, home: Path) -> Iterator[TrainWindow]:
    """A window whose engine is ready and whose form is that of training."""
    queue = JobQueue(library)
    made = TrainWindow(library, queue)
    qtbot.addWidget(made)
    queue.ready.connect(made.make_form)
    with qtbot.waitSignal(queue.ready):
        queue.start()
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: made.space.page is Page.DATA and made.space.data.grid.count > 0)
    yield made
    made.shut()
    queue.close()


def choose(qtbot: QtBot, window: TrainWindow, folder: Path, **options: object) -> None:
    """Choose a folder and tiny options, and wait for its sheet."""
    window.train.use_folder(folder)
    form = window.panel.forms["train"]
    form.set_values({**TINY, **options})
    form.changed.emit()
    qtbot.waitUntil(lambda: window.space.data.grid.image(0).width() == 8)


def press_train(qtbot: QtBot, window: TrainWindow) -> str:
    """Press the primary button; gives the id of the run."""
    with qtbot.waitSignal(window.desk.queue.job_added) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    return added.args[0]


def test_the_digits_are_shown_before_anything_starts(qtbot: QtBot, window: TrainWindow) -> None:
    """Sheet, classes, a free name, and how long it will take on the button."""
    assert window.space.data.grid.count == 40
    assert window.space.data.shown == "40 of 10,000 shown"
    assert window.space.data.grid.caption(0) in "0123456789"
    assert window.panel.values()["name"] == "my-digits"
    qtbot.waitUntil(lambda: "Train · about" in window.panel.run.text())


def test_a_folder_is_shown_as_the_network_will_see_it(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """Squares of the chosen size, class names, and one sentence for the file that cannot be read; undo goes back."""
    choose(qtbot, window, pictures)
    grid = window.space.data.grid
    assert grid.count == 11
    assert grid.image(0).size().toTuple() == (8, 8)
    assert {grid.caption(k) for k in range(11)} == {"cats", "dogs"}
    assert "broken.png" in window.space.data.left_out
    assert window.space.data.shown == ""
    window.panel.forms["train"].set_values({"size": 16})
    window.panel.forms["train"].changed.emit()
    qtbot.waitUntil(lambda: grid.image(0).width() == 16)
    window.desk.history.undo()
    assert window.panel.values()["data"] == "digits"
    qtbot.waitUntil(lambda: grid.count == 40)


def test_a_folder_without_pictures_says_so(qtbot: QtBot, window: TrainWindow, tmp_path: Path) -> None:
    """One sentence with the remedy on the canvas, and nothing is lost."""
    (tmp_path / "empty").mkdir()
    window.train.use_folder(tmp_path / "empty")
    qtbot.waitUntil(lambda: window.space.page is Page.EMPTY)
    assert "data" in window.panel.forms["train"].problems()
    assert window.panel.run.text() == "Train"
    window.train.use_data("digits")
    assert window.panel.forms["train"].problems() == {}
    qtbot.waitUntil(lambda: "about" in window.panel.run.text())
    assert window.space.data.grid.count == 40


def test_options_that_do_not_fit_are_named_in_the_form(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """Three halvings of 10 pixels do not go."""
    choose(qtbot, window, pictures)
    form = window.panel.forms["train"]
    form.set_values({"network": {**NETWORK, "mults": [1, 2, 2, 2, 2, 2]}})
    form.changed.emit()
    qtbot.waitUntil(lambda: "network" in form.problems())
    assert window.panel.run.text() == "Train"


def test_train_sample_from_it_and_continue(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """From the folder to a model in the list, its sheets, and a longer training of the same run."""
    choose(qtbot, window, pictures)
    run = press_train(qtbot, window)
    assert window.space.page is Page.SAMPLES
    qtbot.waitUntil(lambda: window.desk.queue.job(run).state is State.DONE)
    timeline = window.space.timeline
    qtbot.waitUntil(lambda: timeline.sentence.text().startswith("Done at 6 of 6"))
    qtbot.waitUntil(lambda: window.told.remedies == ["Sample from it"])
    assert window.told.models >= 1
    assert window.panel.values()["name"] == "tiny-2"
    assert window.space.samples.count == 20
    assert window.space.samples.caption(1) == "dogs"
    assert timeline.film.shown == [3, 6]
    timeline.film.picked.emit(3)
    assert "Step 3" in window.space.samples.title
    qtbot.mouseClick(timeline.sample, Qt.MouseButton.LeftButton)
    assert window.told.sampled == ["tiny"]
    qtbot.mouseClick(timeline.go_on, Qt.MouseButton.LeftButton)
    assert (window.panel.values()["steps"], window.panel.values()["name"]) == (12, "tiny-2")
    assert "6 more make “tiny-2”, and “tiny” stays as it is" in window.told.sentences[-1]
    qtbot.waitUntil(lambda: window.panel.run.text().startswith("Train 6 more"))
    assert window.panel.note.text() == "Continues “tiny” from step 6."
    form = window.panel.forms["train"]
    form.set_values({"steps": 6})
    form.changed.emit()
    assert "already has 6 steps" in form.problems()["steps"]
    form.set_values({"steps": 12})
    form.changed.emit()
    assert form.problems() == {}
    longer = press_train(qtbot, window)
    qtbot.waitUntil(lambda: window.desk.queue.job(longer).state is State.DONE)
    live = window.desk.queue.live(longer)
    assert live is not None
    assert live.history.trained["step"].tolist() == list(range(1, 13))  # those of the one before come first
    assert (live.history.began, live.history.preview_steps) == (6, (3, 6, 9, 12))
    qtbot.waitUntil(lambda: timeline.film.shown == [3, 6, 9, 12])
    assert window.panel.values()["resume"] == ""
    window.train.show_run(longer)  # what it continued itself is not what its options in the form would continue
    assert (window.panel.values()["resume"], window.panel.note.text()) == ("", "")
    window.space.stored.aboutToShow.emit()
    assert len(window.space.stored.actions()) == 2


def folder_of(path: Path, count: int, side: int) -> Path:
    """A folder of so many pictures of that size."""
    path.mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (side, side + 4, 3), dtype=np.uint8)
    for k in range(count):
        Image.fromarray(np.roll(pixels, k, 1)).save(path / f"{k}.png")
    return path


@pytest.mark.parametrize(("count", "side", "expected"), [
    (1, 64, (32, 8, 2000)), (62, 64, (32, 16, 2000)), (600, 20, (16, 64, 4000))])
def test_options_suit_the_pictures(qtbot: QtBot, window: TrainWindow, tmp_path: Path, count: int, side: int,
                                   expected: tuple[int, int, int]) -> None:
    """Not larger than they are, a batch of their number, and how long that takes; undo takes all of it back."""
    before = dict(window.panel.values())
    window.train.use_folder(folder_of(tmp_path / "some", count, side))
    names = ("size", "batch", "steps")
    qtbot.waitUntil(lambda: tuple(window.panel.values()[name] for name in names) == expected)
    qtbot.waitUntil(lambda: window.space.data.grid.image(0).width() == expected[0])
    qtbot.waitUntil(lambda: "Train · about" in window.panel.run.text())
    window.desk.history.undo()
    assert dict(window.panel.values()) == before


def test_what_the_user_set_is_left_alone(qtbot: QtBot, window: TrainWindow, tmp_path: Path) -> None:
    """Only options that nobody touched since the folder was chosen follow its pictures."""
    window.train.use_folder(folder_of(tmp_path / "some", 10, 64))
    window.panel.forms["train"].set_values({"batch": 5, "size": 24})
    window.panel.forms["train"].changed.emit()
    qtbot.waitUntil(lambda: window.panel.values()["steps"] == 2000)
    assert (window.panel.values()["batch"], window.panel.values()["size"]) == (5, 24)


def test_trainings_in_the_queue_have_names_of_their_own(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """Pressed twice, two models come of it that can be told apart."""
    choose(qtbot, window, pictures)
    queue = window.desk.queue
    first, second = press_train(qtbot, window), press_train(qtbot, window)
    assert [queue.job(run).title for run in (first, second)] == ["tiny", "tiny-2"]
    assert window.panel.values()["name"] == "tiny-3"
    qtbot.waitUntil(lambda: not queue.alive())


def test_the_canvas_follows_the_queue(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """To the training that begins when the one on it ends, but not from under an older step; an offer keeps its own."""
    choose(qtbot, window, pictures)
    queue, course = window.desk.queue, window.train.course
    first, second = press_train(qtbot, window), press_train(qtbot, window)
    qtbot.waitUntil(lambda: not queue.alive())
    qtbot.waitUntil(lambda: course.run == second)
    course.sample(first)
    assert window.told.sampled == ["tiny"]
    third = press_train(qtbot, window)
    window.train.use_folder(pictures)  # the next data are looked at meanwhile
    fourth = press_train(qtbot, window)
    course.show(third)
    course._step = 3  # pyright: ignore[reportPrivateUsage]
    qtbot.waitUntil(lambda: not queue.alive())
    assert queue.job(fourth).state is State.DONE
    assert course.run == third


def test_the_button_estimates_the_next_training_while_one_runs(qtbot: QtBot, window: TrainWindow,
                                                              pictures: Path) -> None:
    """From the pace of the one that runs, where nothing was measured; other options have no estimate by it."""
    choose(qtbot, window, pictures, steps=100_000)
    run = press_train(qtbot, window)
    data = window.train._data  # pyright: ignore[reportPrivateUsage]
    qtbot.waitUntil(lambda: window.desk.queue.job(run).done > 5)
    data._known.clear()  # pyright: ignore[reportPrivateUsage]
    data.measure()
    assert "· about" in window.panel.run.text()
    window.panel.forms["train"].set_values({"network": {**NETWORK, "width": 16}})
    window.panel.forms["train"].changed.emit()
    qtbot.waitUntil(lambda: "· about" not in window.panel.run.text())
    window.desk.queue.cancel(run)
    qtbot.waitUntil(lambda: not window.desk.queue.alive())


def test_pause_stop_and_go_on(qtbot: QtBot, window: TrainWindow, pictures: Path) -> None:
    """A stopped training keeps its model, and goes on where it was."""
    choose(qtbot, window, pictures, steps=100_000)
    run = press_train(qtbot, window)
    queue, timeline = window.desk.queue, window.space.timeline
    qtbot.waitUntil(lambda: queue.job(run).done > 5)
    qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).state is State.PAUSED)
    qtbot.waitUntil(lambda: timeline.sentence.text().startswith("Paused at "))
    assert timeline.pause.accessibleName() == "Go on"
    at = queue.job(run).done
    qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).done > at)
    qtbot.mouseClick(timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).state is State.CANCELLED)
    qtbot.waitUntil(lambda: timeline.sample.isEnabled() and timeline.go_on.isEnabled())
    at = queue.job(run).done
    qtbot.mouseClick(timeline.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).done > at)
    queue.cancel(run)
    qtbot.waitUntil(lambda: queue.job(run).state is State.CANCELLED)


def words(remedies: Sequence[Remedy]) -> list[str]:
    """What is on the buttons."""
    return [text for text, _ in remedies]


def test_a_diverged_training_offers_a_smaller_rate(qtbot: QtBot, window: TrainWindow) -> None:
    """The remedy is a button, and it starts a run at a rate that works."""
    form = window.panel.forms["train"]
    form.set_values({**TINY, "size": 28, "learning_rate": 0.4, "steps": 2})
    run = press_train(qtbot, window)
    qtbot.waitUntil(lambda: not window.desk.queue.job(run).state.alive)
    job = window.desk.queue.job(run)
    assert words(window.train.more.remedies(replace(job, error=Diverged))) == ["Go on with a smaller rate",
                                                                               "Change options"]
    assert words(window.train.more.remedies(replace(job, error=OutOfMemory))) == ["Go on", "Change options"]
    window.train.more.gentler(run)
    assert window.panel.values()["learning_rate"] == pytest.approx(0.001)  # a quarter would diverge too
