"""The bound of a model of images in the window: walked from the pictures to noise, its terms in the plots."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.workspaces.images import Images


@pytest.mark.parametrize(("task", "plots"), [
    ("bound-images", ("Term of the step to here, bits/dim", "Sum of the terms so far, bits/dim")),
    ("likelihood-images", ("Sizes of terms, L2", "log p(x₀) − log p(xₜ), nats"))])
def test_a_model_is_measured_on_held_out_digits(qtbot: QtBot, opened: Opener, task: str,
                                                plots: tuple[str, str]) -> None:
    window = opened()
    window.navigator.choose_task(task)
    form = window.panel.form
    assert form is not None
    form.set_values({"count": 2, "steps": 4})
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    run = window.desk.library.run(str(ended.args[0]))
    assert run.state is State.DONE
    stage = window.desk.stage
    qtbot.waitUntil(lambda: stage.live is not None and stage.live.run == run.id and stage.last == 4, timeout=SOON)
    assert (window.plots.terms.heading.partition(",")[0], window.plots.second.heading.partition(",")[0]) == tuple(
        title.partition(",")[0] for title in plots)
    canvas = window.spaces.find(Images).canvas
    assert canvas.mode is Mode.GRID
    window.timeline.scrubber.go(-4)
    assert canvas.grid.count == 2
    assert "bits for each number of a picture" in window.images.note.text()
