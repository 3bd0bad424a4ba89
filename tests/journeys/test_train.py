"""A whole training through the real window: folder, pause, stop, continue, a kill, sample from it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.window import Window
from workbench.home import Home
from workbench.library.records import State
from workbench.pages.train_page import Page

NETWORK = {"name": "unet", "width": 8, "mults": [1, 2], "groups": 4, "head": 4, "attention": [], "depth": 1,
           "dropout": 0.0}
TINY = {"size": 8, "batch": 4, "network": NETWORK, "warmup": 0,
        "validate_every": 20, "preview_every": 20, "name": "stripes"}
SOON = 120_000


def stripes(folder: Path) -> Path:
    """Sixty small pictures of two classes: stripes that stand and stripes that lie."""
    for k, name in enumerate(("standing", "lying")):
        (folder / "stripes" / name).mkdir(parents=True)
        for shift in range(30):
            wave = np.sin(np.arange(16) / 2 + shift)[:, None] * np.ones((16, 16)) * 100 + 128
            grey = (wave if k else wave.T).astype(np.uint8)
            Image.fromarray(grey).save(folder / "stripes" / name / f"{shift:02}.png")
    return folder / "stripes"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of two classes."""
    return stripes(tmp_path)


def start_training(qtbot: QtBot, window: Window, folder: Path, steps: int, **options: object) -> str:
    """Drop a folder, choose a tiny network and press Train; gives the id of the run."""
    window.drop.open(folder)
    form = window.panel.forms["train"]
    form.set_values({**TINY, "steps": steps, **options})
    form.changed.emit()
    sheet = window.train_space.data.grid
    qtbot.waitUntil(lambda: sheet.count == 40 and sheet.image(0).width() == 8, timeout=SOON)
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    return added.args[0]


def test_train_pause_stop_continue_and_sample(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """The model is in the list as soon as there is one, and Generate draws with it."""
    window = opened()
    run = start_training(qtbot, window, pictures, 100_000)
    queue, timeline = window.desk.queue, window.train_space.timeline
    assert window.navigator.workspace == "train"
    qtbot.waitUntil(lambda: window.train_space.samples.count == 20, timeout=SOON)
    qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).state is State.PAUSED, timeout=SOON)
    at = queue.job(run).done
    qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).done > at, timeout=SOON)
    qtbot.mouseClick(timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).state is State.CANCELLED, timeout=SOON)
    qtbot.waitUntil(lambda: "stripes" in [row.key for row in window.model_list.rows], timeout=SOON)
    stopped = queue.job(run).done
    qtbot.waitUntil(timeline.go_on.isEnabled, timeout=SOON)
    qtbot.mouseClick(timeline.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).done > stopped, timeout=SOON)
    qtbot.mouseClick(timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(timeline.sample.isEnabled, timeout=SOON)
    qtbot.waitUntil(lambda: not queue.job(run).state.alive, timeout=SOON)
    window.panel.forms["generate"].set_values({"steps": 4, "count": 2, "label": "7"})
    qtbot.mouseClick(timeline.sample, Qt.MouseButton.LeftButton)
    assert window.navigator.workspace == "images"
    assert (window.panel.values()["model"], window.panel.values()["label"]) == ("stripes", "each")
    qtbot.waitUntil(lambda: window.images.grid.count == 2, timeout=SOON)


def test_that_a_training_is_done_is_not_told_over_other_runs(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """It is, until another run is looked at, and does not come back; a refused file is forgotten with the next data."""
    window = opened()
    window.desk.actions["run.start"].trigger()
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    drawn = window.desk.stage.run
    start_training(qtbot, window, pictures, 3)
    qtbot.waitUntil(lambda: "is trained" in window.bar.sentence, timeout=SOON)
    window.navigator.show_run(drawn)
    assert not window.bar.sentence
    broken = pictures.parent / "e.json"
    broken.write_text("no recipe")
    window.drop.open(broken)
    assert "e.json" in window.bar.sentence
    window.train.use_folder(pictures)  # as the folder button does
    assert not window.bar.sentence


def test_samples_are_drawn_while_a_training_goes_on(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """With its own model: it rests for as long as that takes and goes on by itself."""
    window = opened()
    run, queue = start_training(qtbot, window, pictures, 100_000), window.desk.queue
    qtbot.waitUntil(lambda: "stripes" in [row.key for row in window.model_list.rows])
    assert queue.job(run).state is State.RUNNING
    window.panel.forms["generate"].set_values({"steps": 4, "count": 2})
    # drawn a beat after the list has the model; one that is grey takes no click
    qtbot.waitUntil(window.train_space.timeline.sample.isEnabled, timeout=SOON)
    with qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.train_space.timeline.sample, Qt.MouseButton.LeftButton)
    drawn = str(added.args[0])  # pyright: ignore
    qtbot.waitUntil(lambda: queue.job(drawn).state is State.DONE, timeout=SOON)
    assert queue.job(run).state.alive
    at = queue.job(run).done
    qtbot.waitUntil(lambda: queue.job(run).state is State.RUNNING and queue.job(run).done > at, timeout=SOON)
    queue.cancel(run)
    qtbot.waitUntil(lambda: not queue.job(run).state.alive, timeout=SOON)


def test_a_training_goes_on_after_the_program_ended(qtbot: QtBot, opened: Opener,
                                                    pictures: Path) -> None:
    """The next start knows the run, and it goes on where its state was saved, with its curves and sheets."""
    window = opened()
    run = start_training(qtbot, window, pictures, 100_000)
    qtbot.waitUntil(lambda: window.train_space.samples.count == 20, timeout=SOON)
    window.close()
    again = opened()
    stored = again.desk.library.run(run)
    assert stored.state is State.INTERRUPTED
    again.navigator.show_run(run)
    qtbot.waitUntil(lambda: again.train_space.samples.count == 20, timeout=SOON)
    assert again.train_space.timeline.sentence.text().startswith("Stopped at ")
    qtbot.mouseClick(again.train_space.timeline.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.desk.queue.job(run).done > stored.done, timeout=SOON)
    again.desk.queue.cancel(run)
    qtbot.waitUntil(lambda: not again.desk.queue.job(run).state.alive, timeout=SOON)


def test_the_library_marks_the_run_that_is_on_the_canvas(qtbot: QtBot, opened: Opener,
                                                         pictures: Path) -> None:
    """Whichever workspace is shown, and nothing where there is no run."""
    window = opened()
    marked, queue = window.run_list, window.desk.queue
    window.navigator.choose_task("generate")
    window.panel.forms["generate"].set_values({"steps": 4, "count": 1})
    with qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    drawn = added.args[0]
    qtbot.waitUntil(lambda: not queue.job(drawn).state.alive, timeout=SOON)
    assert marked.selected == [drawn]
    window.navigator.choose_workspace("train")
    assert marked.selected == []
    run = start_training(qtbot, window, pictures, 20)
    qtbot.waitUntil(lambda: not queue.job(run).state.alive, timeout=SOON)
    assert marked.selected == [run]
    window.navigator.choose_workspace("images")
    assert marked.selected == [drawn]
    window.navigator.choose_workspace("train")
    assert marked.selected == [run]
    window.library.delete()
    assert window.desk.library.run(run).trashed
    assert marked.selected == []


def test_the_data_of_trainings_are_listed(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """With what they hold; a folder that is gone is greyed and says so, and comes back when it does."""
    window = opened()
    run = start_training(qtbot, window, pictures, 5)
    qtbot.waitUntil(lambda: not window.desk.queue.job(run).state.alive, timeout=SOON)
    qtbot.waitUntil(lambda: "60 pictures" in window.data_list.rows[1].facts, timeout=SOON)
    assert window.data_list.rows[1].key == str(pictures)
    assert window.data_list.rows[1].thumbnail is not None
    window.close()
    away = pictures.rename(pictures.parent / "away")
    Home(window.desk.library.home.root).session.unlink()  # what was opened of late is forgotten, the training is not
    again = opened()
    qtbot.waitUntil(lambda: len(again.data_list.rows) == 2, timeout=SOON)
    lost = again.data_list.rows[1]
    assert (lost.key, lost.title, lost.faded) == (str(pictures), "stripes", True)
    assert "put it back" in lost.facts
    away.rename(pictures)
    again.lists.refresh()
    qtbot.waitUntil(lambda: "60 pictures" in again.data_list.rows[1].facts, timeout=SOON)
    assert not again.data_list.rows[1].faded


def test_what_a_training_has_to_remark_stays_with_it(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """Files left out are named beside the sheet and under the samples, not in the bar over other workspaces."""
    (pictures / "lying" / "broken.png").write_bytes(b"no picture")
    window = opened()
    run = start_training(qtbot, window, pictures, 5)
    assert "broken.png" in window.train_space.data.left_out
    window.navigator.choose_workspace("images")
    qtbot.waitUntil(lambda: window.desk.queue.job(run).state is State.DONE, timeout=SOON)
    qtbot.waitUntil(lambda: window.bar.sentence == "“stripes” is trained and in the model list.", timeout=SOON)
    window.bar.dismiss()
    assert not window.bar.isVisible()
    window.navigator.choose_workspace("train")
    qtbot.waitUntil(lambda: "1 unreadable file is left out" in window.train_space.note.text(), timeout=SOON)
    assert window.train_space.note.isVisible()


def test_the_next_training_takes_the_place_of_the_last_one(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """That it is trained is not said any more once another one is on its way."""
    window = opened()
    start_training(qtbot, window, pictures, 5)
    qtbot.waitUntil(lambda: "is trained" in window.bar.sentence and window.bar.isVisible(), timeout=SOON)
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON):
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    assert not window.bar.isVisible()
    qtbot.waitUntil(lambda: window.bar.sentence.startswith("“stripes-2” is trained"), timeout=SOON)
    window.bar.dismiss()
    assert not window.bar.isVisible()  # nothing waited under it


def test_a_stopped_training_shows_what_it_came_to(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """The first sheets come long before the first interval is over; the last one is of the weights that are kept."""
    window = opened()
    form = window.panel.forms["train"]
    run = start_training(qtbot, window, pictures, 100_000, preview_every=50_000, validate_every=50_000)
    space, queue = window.train_space, window.desk.queue
    qtbot.waitUntil(lambda: space.samples.count == 20, timeout=SOON)
    assert space.timeline.film.shown[0] == 5
    qtbot.waitUntil(lambda: queue.job(run).done > 21, timeout=SOON)
    qtbot.mouseClick(space.timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(run).state is State.CANCELLED, timeout=SOON)
    qtbot.waitUntil(lambda: space.timeline.film.shown[-1] == queue.job(run).done, timeout=SOON)
    assert form.problems() == {}


def test_an_opened_training_fills_the_form(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """To be repeated or changed, under a name that is free; undo gives the form back, and the run stays shown."""
    window = opened()
    run = start_training(qtbot, window, pictures, 40)
    qtbot.waitUntil(lambda: window.desk.library.run(run).state is State.DONE, timeout=SOON)
    form = window.panel.forms["train"]
    window.train.use_data("digits")
    form.set_values({"network": {**NETWORK, "width": 16}, "steps": 500, "name": "other"})
    before = dict(form.values())
    window.navigator.show_run(run)
    for name, value in TINY.items():
        if name != "name":
            assert json.loads(json.dumps(form.values()[name])) == value, name
    assert form.values()["data"] == str(pictures)
    assert (form.values()["steps"], form.values()["name"]) == (40, "stripes-2")
    qtbot.waitUntil(lambda: window.train.classes(str(pictures)) != (), timeout=SOON)  # its data were looked at
    assert window.train_space.page is Page.SAMPLES
    window.desk.actions["edit.undo"].trigger()
    assert dict(form.values()) == before


def test_a_finished_training_that_is_run_again_has_its_course(qtbot: QtBot, opened: Opener, pictures: Path) -> None:
    """Nothing is left to train: it is at its last step, with its losses and a sheet, also where its course was lost."""
    window = opened()
    queue, library = window.desk.queue, window.desk.library
    run = start_training(qtbot, window, pictures, 30, preview_every=10)
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    for sheets in ((5, 10, 20, 30), (30,)):
        queue.resume(run)
        qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
        live, stored = queue.live(run), library.run(run)
        assert live is not None
        assert (stored.state, stored.done, stored.total) == (State.DONE, 30, 30)
        assert (len(live.history.trained), live.history.preview_steps) == (30, sheets)
        (library.folder(run) / "history.npz").unlink()
