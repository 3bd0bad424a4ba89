"""Choices that cannot go together are greyed in the form, and refused before a run, with what can."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from engines.errors import BadOption
from engines.inverse.base import InverseMethod, methods
from engines.inverse.repaint import RePaint
from engines.samplers.base import OneStep, Sampler, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.heun import Heun
from tests.journeys.conftest import Opener
from tests.journeys.window import Window
from widgets.options.editors import ChoiceEditor

LEARNED: dict[str, object] = {"sampler": {"name": "ddpm", "variance": "learned"}}


def put(window: Window, task: str, values: dict[str, object]) -> None:
    window.navigator.choose_task(task)
    form = window.panel.form
    assert form is not None
    form.set_values(values)
    window.panel.changed.emit()


def greyed(window: Window, name: str) -> dict[str, str]:
    """The values of a row that cannot be chosen, with what is said of each."""
    row = window.panel.form.row(name) if window.panel.form else None
    assert row is not None
    assert isinstance(row.editor, ChoiceEditor)
    box = row.editor.control
    items = box.model()
    assert isinstance(items, QStandardItemModel)
    return {str(box.itemData(k)): str(box.itemData(k, Qt.ItemDataRole.AccessibleDescriptionRole))
            for k in range(box.count()) if not items.item(k).isEnabled()}


@pytest.mark.parametrize(("task", "model"), [
    ("sample-points", {"prior": "exact"}), ("generate", {"model": "digits"}),
    ("sample-points", {"prior": "points-moons", "data": {"name": "moons"}})])  # beside other data that would be said
def test_a_variance_that_no_model_learned_is_greyed_and_never_becomes_a_run(qtbot: QtBot, opened: Opener, task: str,
                                                                            model: dict[str, object]) -> None:
    window = opened()
    put(window, task, {**model, "sampler": {"name": "ddpm"}})
    why = greyed(window, "sampler.variance")
    assert list(why) == ["learned"]
    assert "choose beta or beta-tilde, or a model trained by the objective learned-variance" in why["learned"]
    assert not window.panel.trouble.sentence
    # one that a recipe brought along is marked, and refused
    put(window, task, LEARNED)
    assert window.panel.trouble.sentence == why["learned"]
    assert not greyed(window, "sampler")
    before = len(window.desk.library.runs())
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    assert window.bar.sentence == why["learned"]
    assert len(window.desk.library.runs()) == before
    put(window, task, {"sampler": {"name": "ddpm", "variance": "beta"}})
    assert not window.panel.trouble.sentence


def refuses(method: InverseMethod, sampler: Sampler) -> bool:
    """Whether a method cannot use a sampler."""
    try:
        method.check(sampler)
    except BadOption:
        return True
    return False


def test_repaint_greys_every_sampler_of_several_evaluations_and_they_it(opened: Opener) -> None:
    window = opened()
    put(window, "inpaint", {"method": {"name": "repaint"}, "sampler": {"name": "ddim"}})
    unfit = {name for name, kind in samplers().items() if not issubclass(kind, OneStep)}
    assert set(greyed(window, "sampler")) == unfit
    assert set(greyed(window, "method")) == {name for name, kind in methods().items() if refuses(kind(), DDIM())}
    put(window, "inpaint", {"method": {"name": "dps"}, "sampler": {"name": "heun"}})
    assert not greyed(window, "sampler")
    assert set(greyed(window, "method")) == {name for name, kind in methods().items() if refuses(kind(), Heun())}
    assert "or another method" in greyed(window, "method")[RePaint.name]


def test_what_turns_out_poor_is_said_before_the_run(opened: Opener) -> None:
    """Heun's method on few even steps: with what does better, and it can be run all the same."""
    window = opened()
    put(window, "sample-points", {"prior": "exact", "sampler": {"name": "heun"}, "steps": 6})
    assert "choose the spacing Log-SNR" in window.panel.trouble.sentence
    assert window.panel.form is not None
    assert not window.panel.form.problems()
    put(window, "sample-points", {"spacing": {"name": "edm"}, "steps": 20})
    assert not window.panel.trouble.sentence
