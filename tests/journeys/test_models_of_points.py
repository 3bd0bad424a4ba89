"""A model of points beside models of images: listed for what it is, and offered only where it is of use."""

from __future__ import annotations

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_charts import run
from workbench.wording.model_words import model_facts


def test_a_task_on_images_does_not_offer_it(opened: Opener) -> None:
    """Neither its list of models nor a click on it in the list of all puts it there."""
    window = opened()
    known = {model.choice: model for model in window.engine.models}
    assert {"digits", "points-moons"} <= set(known)
    assert model_facts(known["points-moons"]).startswith("Points of the plane")
    assert model_facts(known["digits"]).startswith("28 × 28 grey")
    row = window.panel.forms["generate"].row("model")
    assert row is not None
    offered = [row.editor.control.itemData(k) for k in range(row.editor.control.count())]
    assert offered == ["digits", "photos"]
    window.navigator.choose_model("points-moons")
    assert window.panel.forms["generate"].values()["model"] == "digits"


def test_a_model_of_points_shows_what_it_learned_from_and_then_what_it_draws(qtbot: QtBot, opened: Opener) -> None:
    window = opened()

    def picture() -> QImage | None:
        return next(row.thumbnail for row in window.model_list.rows if row.key == "points-moons")

    qtbot.waitUntil(lambda: picture() is not None, timeout=SOON)
    learned = picture()
    run(window, qtbot, "sample-points", prior="points-moons", steps=1, count=50)
    qtbot.waitUntil(lambda: picture() != learned, timeout=SOON)
