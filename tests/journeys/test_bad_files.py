"""Files that cannot be used, opened in the window: one sentence each, nothing lost, and the next run succeeds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys import bad
from tests.journeys.bad import RECIPE, carrying, halved, model, picture, place, recipe, renamed, written
from tests.journeys.test_images import SOON, finished
from tests.journeys.test_messages import press
from widgets.options.numbers import NumberField
from workbench.library.records import State
from workbench.window import MainWindow

NEWER = json.dumps({**RECIPE, "version": 99})
INPAINT = {"task": "inpaint", "files": {}, "options": {"image": "image.png", "mask": "mask.png", "count": 1}}


@dataclass(frozen=True, slots=True)
class Belongings:
    """What must be there before and after: runs, models, picture, mask, the run on the canvas, recents, the form."""

    runs: list[str]
    models: list[str]
    picture: bytes
    mask: bytes
    canvas: str
    recent: tuple[str, ...]
    task: str
    values: dict[str, Any]


def belongings(window: MainWindow) -> Belongings:
    """All that the user has now."""
    assert window.picture.pixels is not None
    return Belongings([run.id for run in window.desk.library.runs()], [row.key for row in window.model_list.rows],
                      window.picture.pixels.tobytes(), window.images.input.mask_array().tobytes(),
                      window.desk.stage.run, window.desk.session.recent, window.panel.task, window.panel.values())


@pytest.fixture
def window(qtbot: QtBot, shared: MainWindow, tmp_path: Path) -> MainWindow:
    """The window with a picture, a mask, a finished inpaint and nothing in the bar."""
    shared.bar.dismiss()
    if not shared.desk.library.runs():
        shared.drop.open(picture(tmp_path))
        mask = np.zeros((28, 28), np.float32)
        mask[10:18, 10:18] = 1
        shared.images.input.set_mask(mask)
        shared.panel.forms["inpaint"].set_values({"steps": 2, "count": 1, "method": {"name": "dps"}})
        a_run_succeeds(qtbot, shared)
    shared.navigator.choose_task("inpaint")
    return shared


def a_run_succeeds(qtbot: QtBot, window: MainWindow) -> None:
    """The queue is alive: what Run gives is done."""
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    finished(qtbot, window)
    assert window.desk.queue.job(str(added.args[0])).state is State.DONE


def check_sentence(sentence: str, *words: str) -> None:
    """One sentence that holds these words."""
    for word in words:
        assert word in sentence
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert "Error" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(("make", "value", "remedy"), [
    (lambda folder: folder / "missing.png", "missing.png", "choose another"),
    (written("empty.png", b""), "empty.png", "choose another"),
    (halved("half.png", picture), "half.png", "export it again"),
    (bad.huge, "20000×20000", "scale it down"),
    (bad.bomb, "bomb.png", "export it again"),
    (written("text.png", b"not a picture"), "text.png", "choose a PNG"),
    (written("print.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "print.png", "choose a PNG"),
    (carrying("newer.png", NEWER), "99", "update"),
    (carrying("deep.png", "[" * 200_000), "recipe", "choose a file"),
    (written("model.pt", b"\x80\x04."), "model.pt", "safetensors"),
    (written("pickle.safetensors", b"\x80\x04\x95" + bytes(64)), "is a pickle", "choose a .safetensors file"),
    (halved("half.safetensors", bad.bundled), "half.safetensors", "copy it again"),
    (renamed("picture.safetensors", picture), "picture.safetensors", "choose a .safetensors model"),
    (model("wide.safetensors", {"channels": 3}), "wide.safetensors", "choose another model"),
    (model("song.safetensors", {"modality": "audio"}), "audio", "choose an image model"),
    (model("other.safetensors", None, format="somebody else’s"), "somebody else’s", "choose a model file"),
    (model("future.safetensors", None, version="99"), "99", "update"),
    (recipe("newer.json", version=99), "99", "update"),
    (recipe("other.json", program="paint"), "paint", "choose another"),
    (recipe("task.json", task="compose"), "compose", "choose one of"),
    (recipe("seed.json", options={"seed": -1}), "seed cannot be -1", "choose 0 or more"),
    (recipe("seed.json", options={"seed": 2**64}), str(2**64), "choose 2,147,483,647 or less"),
    (recipe("steps.json", options={"steps": 0}), "steps cannot be 0", "choose 1 or more"),
    (recipe("steps.json", options={"steps": 10**9}), str(10**9), "choose 1,000 or less"),
    (recipe("sampler.json", options={"sampler": {"name": "magic"}}), "magic", "choose one of"),
    (written("odd.json", b"[1, 2"), "odd.json", "choose a file"),
    (renamed("picture.json", picture), "picture.json", "choose a recipe"),
    (written("odd.toml", b"steps = ["), "odd.toml", "save it again"),
])
def test_a_bad_file_is_named_with_its_remedy(qtbot: QtBot, window: MainWindow, tmp_path: Path, make: bad.Maker,
                                             value: str, remedy: str) -> None:
    """Nothing that the user has is touched, and the next run succeeds."""
    before = belongings(window)
    window.drop.open(make(tmp_path))
    qtbot.waitUntil(lambda: bool(window.bar.sentence), timeout=SOON)  # large files are read in the background
    check_sentence(window.bar.sentence, value, remedy)
    assert belongings(window) == before
    assert not window.desk.queue.alive()
    a_run_succeeds(qtbot, window)


def test_cuda_asked_for_where_there_is_none(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """A recipe that ran on a device this machine lacks says so before it is repeated, and runs on one that is here."""
    before = belongings(window)
    window.drop.open(recipe("elsewhere.json", backend={"device": "cuda:7"})(tmp_path))
    assert "computed on “cuda:7”, which does not exist here" in window.bar.sentence
    press(qtbot, window, "Repeat the run")
    finished(qtbot, window)
    assert window.desk.queue.job(window.desk.stage.run).state is State.DONE
    qtbot.waitUntil(lambda: "cuda:7" in window.images.note.text(), timeout=SOON)
    window.navigator.choose_task("inpaint")
    assert (belongings(window).picture, belongings(window).mask) == (before.picture, before.mask)
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("make", "value", "remedy"), [
    (recipe("gone.json", options={"model": "gone"}), "gone", "known are"),
    (recipe("class.json", options={"label": "cat"}), "cat", "choose"),
    (recipe("picture.json", **INPAINT), "mask.png", "open or drop"),
])
def test_a_recipe_that_lacks_something_never_becomes_a_run(qtbot: QtBot, window: MainWindow, tmp_path: Path,
                                                           make: bad.Maker, value: str, remedy: str) -> None:
    """Its options can be looked at; what is missing is said instead of an offer to repeat it."""
    before = belongings(window)
    window.drop.open(make(tmp_path))
    told, why = window.bar.sentence.split(" It cannot be repeated here. ")
    assert "its options are in the form" in told
    check_sentence(why, value, remedy)
    assert not ways(window)
    after = belongings(window)
    assert (after.runs, after.picture, after.mask) == (before.runs, before.picture, before.mask)
    window.navigator.choose_task("inpaint")
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("text", "why", "offered"), [
    (NEWER, "version 99", ["Open as picture"]),
    (json.dumps({**RECIPE, "task": "compose"}), "compose", ["Open as picture"]),
    (json.dumps({**RECIPE, "options": {"model": "gone"}}), "gone", ["Show its options", "Open as picture"]),
    (json.dumps(RECIPE), "", ["Repeat the run", "Show its options", "Open as picture"])])
def test_a_picture_offers_what_can_be_done_with_its_recipe(qtbot: QtBot, window: MainWindow, tmp_path: Path, text: str,
                                                           why: str, offered: list[str]) -> None:
    """And says why the run cannot be repeated; the picture itself can be used whatever it carries."""
    window.drop.open(carrying("carries.png", text)(tmp_path))
    assert why in window.bar.sentence
    assert ways(window) == offered
    if "Show its options" in offered:
        press(qtbot, window, "Show its options")
        assert window.panel.task == "generate"
        window.drop.open(tmp_path / "carries.png")
    press(qtbot, window, "Open as picture")
    assert window.picture.name == "carries"
    window.desk.actions["edit.undo"].trigger()


def ways(window: MainWindow) -> list[str]:
    """What the bar offers."""
    return [b.text() for b in window.bar.findChildren(QPushButton) if b.text() and b.isVisibleTo(window.bar)]


@pytest.mark.parametrize(("make", "value"), [
    (place("nothing"), "nothing"),
    (place("texts", written("a.txt", b"a"), written("b.csv", b"b")), "texts"),
    (place("cut", written("a.png", b"no"), written("b.png", b"")), "cut"),
])
def test_a_folder_without_an_image_is_named_and_trained_on_never(qtbot: QtBot, window: MainWindow, tmp_path: Path,
                                                                 make: bad.Maker, value: str) -> None:
    """The sentence stands in the middle and at the option; Train repeats it and makes no run."""
    before = belongings(window)
    folder = make(tmp_path)
    window.drop.open(folder)
    form = window.panel.forms["train"]
    qtbot.waitUntil(lambda: bool(form.problems().get("data")), timeout=SOON)
    check_sentence(form.problems()["data"], value, "choose")
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    check_sentence(window.bar.sentence, value, "choose")
    window.train.use_data("digits")
    qtbot.waitUntil(lambda: not form.problems(), timeout=SOON)
    window.navigator.choose_task("inpaint")
    # the folder stays in the list of data, where it can be chosen again once it holds pictures
    assert replace(belongings(window), recent=before.recent) == before
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("make", "value"), [
    (lambda folder: folder / "missing.png", "missing.png” does not exist"), (written("empty.png", b""), "empty.png"),
    (halved("half.png", picture), "half.png"), (written("text.png", b"text"), "text.png"), (bad.huge, "20000")])
def test_a_bad_mask_file_leaves_the_mask(qtbot: QtBot, window: MainWindow, tmp_path: Path, make: bad.Maker,
                                         value: str) -> None:
    """Load mask of something else than a mask of the picture’s size."""
    before = belongings(window)
    window.picture.mask.open(make(tmp_path))
    check_sentence(window.bar.sentence, value)
    assert belongings(window) == before
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("weight", "word"), [(0.0, "nothing"), (1.0, "everything")])
def test_a_mask_of_nothing_or_everything_is_refused_before_it_runs(qtbot: QtBot, window: MainWindow, weight: float,
                                                                   word: str) -> None:
    """Run says what is wrong with the mask, and no job is made; the mask before comes back by undo."""
    before = belongings(window)
    window.images.input.set_mask(np.full((28, 28), weight, np.float32))
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    check_sentence(window.bar.sentence, word)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert belongings(window) == before
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("option", "typed"), [
    ("steps", "0"), ("steps", "1000000"), ("steps", "many"), ("seed", "-1"), ("seed", "99999999999999999999"),
    ("count", "0")])
def test_a_number_out_of_range_is_told_at_the_option_and_at_run(qtbot: QtBot, window: MainWindow, option: str,
                                                                typed: str) -> None:
    """Typed into the form: the row says which values there are, Run repeats it, and no job is made."""
    before = belongings(window)
    row = window.panel.forms["inpaint"].row(option)
    assert row is not None
    field = row.findChildren(NumberField)[0]
    text = field.text()
    field.selectAll()
    qtbot.keyClicks(field, typed)
    check_sentence(row.problem(), row.spec.title, typed)
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    check_sentence(window.bar.sentence, row.spec.title, typed)
    field.selectAll()
    qtbot.keyClicks(field, text)
    assert belongings(window) == before
    a_run_succeeds(qtbot, window)
