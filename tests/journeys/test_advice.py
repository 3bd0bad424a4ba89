"""A picture that does not suit the model: said in one sentence with one click; and the samples that go with a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.data.digits import digits
from engines.data.samples import SamplePicture
from engines.errors import BadImage
from tests.journeys.conftest import Opener
from tests.journeys.test_images import fill
from tests.journeys.window import Window
from workbench.pages.advice_bar import AdviceBar
from workbench.workspaces.images import Images


def bar(window: Window) -> AdviceBar:
    return window.spaces.find(Images).help.advice.bar


def saved(folder: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(folder / "picture.png")
    return folder / "picture.png"


def unread() -> np.ndarray:
    raise BadImage("“cat.jpg” cannot be read; install the program again.")


@pytest.mark.parametrize("task", ["restore", "inpaint", "edit"])
def test_a_grey_photograph_in_a_model_of_digits_is_one_click_from_its_own(opened: Opener, tmp_path: Path,
                                                                         task: str) -> None:
    window = opened()
    window.navigator.choose_task(task)
    fill(window, task, {"model": "digits"})
    window.drop.open(saved(tmp_path, np.random.default_rng(0).integers(0, 256, (40, 60), dtype=np.uint8)))
    assert bar(window).isVisible()
    assert bar(window).sentence.text() == "digits is for pictures of 28 × 28 px; photos takes this one as it is."
    assert bar(window).button.text() == "Use photos"
    bar(window).button.click()
    assert window.panel.values()["model"] == "photos"
    assert not bar(window).isVisible()
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["model"] == "digits"
    assert bar(window).isVisible()


def test_restore_begins_with_photographs_and_a_digit_is_one_click_from_digits(opened: Opener, tmp_path: Path) -> None:
    window, data = opened(), digits()
    window.navigator.choose_task("restore")
    assert window.panel.values()["model"] == "photos"
    window.drop.open(saved(tmp_path, data.images[data.test[0], 0]))
    assert window.panel.task == "restore"
    assert "28 × 28 px in grey" in bar(window).sentence.text()
    bar(window).button.click()
    assert (window.panel.values()["model"], bar(window).isVisible()) == ("digits", False)


def test_models_are_only_looked_for_where_the_chosen_one_does_not_suit(opened: Opener, tmp_path: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    window, data, looks = opened(), digits(), list[int]()
    window.navigator.choose_task("restore")
    fill(window, "restore", {"model": "digits"})
    window.drop.open(saved(tmp_path, data.images[data.test[0], 0]))
    fitting = window.spaces.find(Images).fitting
    known = fitting.known
    monkeypatch.setattr(fitting, "known", lambda: looks.append(1) or known())
    window.drop.open(saved(tmp_path, data.images[data.test[1], 0]))
    window.spaces.find(Images).help.advice.look()
    window.navigator.choose_task("edit")
    fill(window, "edit", {"model": "digits"})
    assert (looks, bar(window).isVisible()) == ([], False)
    fill(window, "edit", {"model": "photos"})
    assert (looks, bar(window).isVisible()) == ([1], True)


def test_a_sample_that_cannot_be_read_is_a_sentence(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    window.navigator.choose_task("restore")
    samples = window.spaces.find(Images).help.samples
    monkeypatch.setattr(samples, "offered", lambda: (SamplePicture("Cat", unread),))
    assert samples.ask() is None
    assert window.bar.sentence == "“cat.jpg” cannot be read; install the program again."


@pytest.mark.usefixtures("alone")
def test_the_samples_follow_the_model_and_one_becomes_the_picture(opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("restore")
    samples = window.spaces.find(Images).help.samples
    menu = samples.ask()
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Astronaut", "Camera", "Cat", "Coffee", "Rocket"]
    menu.actions()[3].trigger()
    menu.close()
    pixels = window.picture.pixels
    assert pixels is not None
    assert pixels.shape == (171, 256, 3)
    assert not bar(window).isVisible()
    fill(window, "restore", {"model": "digits"})
    assert [sample.title for sample in samples.offered()][:2] == ["Digit 0", "Digit 1"]
    samples.take(samples.offered()[7])
    assert window.picture.pixels is not None
    assert window.picture.pixels.shape == (28, 28, 1)
    assert not bar(window).isVisible()


def test_escape_brings_all_panes_back(opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("restore")
    samples = window.spaces.find(Images).help.samples
    samples.take(samples.offered()[0])
    window.desk.actions["view.alone"].trigger()
    assert [view.isVisible() for view in (window.images.input, window.images.result)].count(True) == 1
    assert window.spaces.find(Images).leave()
    assert window.images.input.isVisible()
    assert window.images.result.isVisible()
