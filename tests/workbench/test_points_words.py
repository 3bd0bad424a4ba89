"""Names of runs of own points and of models, buttons as their actions are, and a fit that waits."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from engines.data.points.base import point_sets
from engines.metrics.points import mode_weights
from engines.metrics.reference import Figures
from engines.recipe import Recipe
from engines.tasks.sample_points import SamplePointsOptions
from widgets.drawing.numerals import significant
from workbench.controllers import help as helping
from workbench.controllers.help import HelpController
from workbench.controllers.points.places import numbers_of
from workbench.controllers.points.table import COLUMNS, told
from workbench.controllers.runs import titled
from workbench.parts import IconButton


def recipe(**options: object) -> Recipe:
    return Recipe("sample-points", {**SamplePointsOptions().model_dump(mode="json"), **options})


def test_a_run_is_called_by_the_name_of_its_own_points_or_of_its_model() -> None:
    own = recipe(data={"name": "own", "file": "points.npy"})
    assert titled(own) == "1,000 points of Own points"
    assert titled(own, "drawing-2") == "1,000 points of drawing-2"
    assert titled(recipe(prior="my-mixture")) == "1,000 points of my-mixture"
    assert titled(recipe(prior="/models/a/my-mixture.safetensors")) == "1,000 points of my-mixture"


def test_a_place_may_be_written_with_the_minus_of_the_axes() -> None:
    assert numbers_of("−1.4, 2e−1") == numbers_of("-1.4, 2e-1") == [-1.4, 0.2]
    assert numbers_of("1 − 2") == numbers_of("inf") == []


def test_a_button_with_words_begins_as_its_action_is(qtbot: QtBot) -> None:
    action = QAction("Stop")
    action.setEnabled(False)
    button = IconButton("square", action, words=True)
    qtbot.addWidget(button)
    assert not button.isEnabled()
    action.setEnabled(True)
    assert button.isEnabled()


def test_a_button_with_a_tip_keeps_its_name_whatever_its_action_does(qtbot: QtBot) -> None:
    """One without follows its action."""
    action = QAction("Open points…")
    named, plain = IconButton("folder-open", action, tip="Open"), IconButton("folder-open", action)
    for button in (named, plain):
        qtbot.addWidget(button)
    action.setEnabled(False)
    action.setText("Open points or density…")
    assert named.accessibleName() == "Open"
    assert plain.accessibleName() == action.iconText()


def test_the_scale_of_arrows_is_written_out() -> None:
    assert [significant(value, 6) for value in (200.0, 0.5, 20_000.0)] == ["200", "0.5", "20,000"]


def test_the_guide_is_opened_and_where_there_is_none_that_is_said(monkeypatch: pytest.MonkeyPatch,
                                                                  tmp_path: Path) -> None:
    opened, told = list[str](), list[str]()
    monkeypatch.setattr(helping.QDesktopServices, "openUrl", lambda url: opened.append(url.fileName()) or True)
    controller = HelpController.__new__(HelpController)
    controller._desk = SimpleNamespace(complain=told.append)
    controller.open_guide("points.md")
    assert opened == ["points.md"]
    monkeypatch.setattr(helping, "DOCS", tmp_path)
    controller.open_guide("points.md")
    assert told == ["The guide is not part of this installation; read docs/points.md of the source."]


@pytest.mark.parametrize(("figures", "texts"), [
    (Figures(0.0041, 0.031, 0.006, 0, 0.482), ("0.0041", "0.031", "±0.6 %", "0.482")),
    (Figures(0.2, 0.4, 0.125, 3, 2.396, 0.658), ("0.2000", "0.400", "±12.5 %, 3 missed", "2.396, 65.8 % out")),
    (Figures(4.09e5, 7.64e5, math.nan, 8, math.nan, 1.0), ("4.1e5", "7.6e5", "8 missed", "∞")),
    (Figures(math.inf, math.inf), ("∞", "∞", "–", "–"))])
def test_figures_of_the_table_say_what_is_true_of_points_that_diverged(figures: Figures, texts: tuple[str, ...],
                                                                       ) -> None:
    assert told(figures) == texts


def test_what_stands_for_no_figure_is_explained() -> None:
    meant = dict(COLUMNS)
    assert "– where the density of the data is not known" in meant["NLL"]
    assert "“out” is the share of points" in meant["NLL"]
    assert "– where the data have no modes" in meant["mode weights"]
    assert "alone where no point is near any" in meant["mode weights"]
    ring = point_sets()["ring"]().oracle()
    assert ring is not None
    one_place = mode_weights(np.zeros((100, 2)), ring)
    assert told(Figures(1.0, 1.0, one_place.error, one_place.missed))[2] == "8 missed"
