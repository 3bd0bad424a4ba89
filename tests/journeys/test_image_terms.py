"""Terms that are hovered in the equation, as pictures on the canvas of images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from tests.journeys.bad import picture
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import fill, paint, press_run
from workbench.controllers import term_view
from workbench.frames import signed
from workbench.pages.images_page import Mode
from workbench.running.mailbox import LiveRun
from workbench.term_moves import term_moves

GUIDED = {"steps": 5, "count": 3, "label": "each", "guidance": 3.0, "sampler": {"name": "euler-maruyama"}}


def expected(live: LiveRun | None, term: str, step: int) -> np.ndarray:
    """The pictures of a term of a run."""
    def no_recipe() -> Recipe | None:
        raise AssertionError("what a run recorded is enough")

    assert live is not None
    return signed(term_moves(live, no_recipe, step)[term]).astype(np.float32)


def heard(monkeypatch: pytest.MonkeyPatch, holder: Any, method: str, wanted: int) -> list[tuple[np.ndarray, ...]]:
    """What a view is given to show, from now on."""
    given = list[tuple[np.ndarray, ...]]()
    show = getattr(holder, method)

    def told(*values: Any) -> object:
        given.append(tuple(np.asarray(value) for value in values[:wanted]))
        return show(*values)

    monkeypatch.setattr(holder, method, told)
    return given


def test_a_hovered_term_is_shown_for_as_long_as_it_lasts(qtbot: QtBot, opened: Opener,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all samples, by the pointer and by the keys; at the end it is that of the last move."""
    window = opened()
    fill(window, "generate", GUIDED)
    press_run(qtbot, window)
    stage, view = window.desk.stage, window.equation.view
    stage.move(2)
    given, before = heard(monkeypatch, window.images.grid, "set_images", 1), stage.frames()
    for term in ("prior", "guidance", "noise"):
        view._hover(term)
        np.testing.assert_array_equal(given[-1][0], expected(stage.live, term, 2))
    assert "Fresh noise of step 2" in window.images.strip._words.text()
    view._hover("")
    np.testing.assert_array_equal(given[-1][0], before)
    assert "Fresh noise" not in window.images.strip._words.text()
    for key, term in ((Qt.Key.Key_Down, "prior"), (Qt.Key.Key_Down, "guidance"), (Qt.Key.Key_Down, "noise")):
        qtbot.keyClick(view, key)
        np.testing.assert_array_equal(given[-1][0], expected(stage.live, term, 2))
    stage.move(stage.last)
    np.testing.assert_array_equal(given[-1][0], expected(stage.live, "noise", stage.last - 1))
    assert "Fresh noise of the last move" in window.images.strip._words.text()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(given[-1][0], stage.frames())


def test_both_runs_of_a_comparison_show_it(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    fill(window, "generate", GUIDED)
    first = press_run(qtbot, window)
    fill(window, "generate", {**GUIDED, "sampler": {"name": "ddpm"}})
    press_run(qtbot, window)
    window.timeline.tree.compare_asked.emit(first)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    stage = window.desk.stage
    stage.move(2)
    given = heard(monkeypatch, window.images.compare, "set_pair", 2)
    before = stage.frames(stage.live), stage.frames(stage.other)
    window.equation.view._hover("noise")
    for shown, live in zip(given[-1], (stage.live, stage.other), strict=True):
        np.testing.assert_array_equal(shown, expected(live, "noise", 2))
    window.equation.view._hover("")
    for shown, state in zip(given[-1], before, strict=True):
        np.testing.assert_array_equal(shown, state)


def test_nothing_is_worked_out_while_nothing_is_hovered(qtbot: QtBot, opened: Opener,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrubbing does not wait for it; and a step is worked out once however often it is drawn."""
    window = opened()
    fill(window, "generate", GUIDED)
    press_run(qtbot, window)
    asked = list[int]()

    def counted(live: LiveRun, recipe: Any, step: int, most: int) -> dict[str, np.ndarray]:
        asked.append(step)
        return term_moves(live, recipe, step, most)

    monkeypatch.setattr(term_view, "term_moves", counted)
    for step in (3, 1, 4):
        window.desk.stage.move(step)
    assert asked == []
    window.equation.view._hover("noise")
    window.desk.stage.moved.emit(4)
    assert asked == [4]


def test_beside_a_picture_the_result_shows_it(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Up as well as down in the noise; at the end, where the finished picture was, too."""
    window = opened()
    window.drop.open(picture(tmp_path))
    paint(qtbot, window)
    method = {"name": "repaint", "jump": 2, "resample": 2}
    fill(window, "inpaint", {"method": method, "steps": 6, "count": 2, "sampler": {"name": "ddpm"}})
    press_run(qtbot, window)
    stage, result, view = window.desk.stage, window.images.result, window.equation.view
    qtbot.waitUntil(lambda: result._caption.startswith("Result"), timeout=SOON)
    view._hover("likelihood")
    assert result._caption.endswith(" · last move")
    assert not result._caption.startswith("Result")
    for step in range(stage.last):
        stage.move(step)
        for term in ("prior", "likelihood", "noise"):
            view._hover(term)
            assert stage.live is not None
            assert stage.live.opened is not None
            title = next(t.title for t in stage.live.opened.terms if t.name == term)
            assert result._caption == f"{title} · step {step} of {stage.last}"
    stage.move(stage.last)
    view._hover("")
    assert result._caption.startswith("Result")
