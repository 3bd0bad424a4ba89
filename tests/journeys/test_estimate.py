"""How long a run will take, as the button says it: counted by samplers and methods, timed by the runs that end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engines.tasks.base import Cost
from tests.journeys.test_images import SOON, Opener, fill, press_run
from tests.journeys.window import Window
from workbench.controllers import estimate
from workbench.controllers.estimate import setting_of
from workbench.running.jobs import Job, State
from workbench.speed import Setting, Speeds

PLAIN = {"steps": 50, "count": 4, "label": "free"}
REPAINT = {**PLAIN, "method": {"name": "repaint", "jump": 10, "resample": 10}}
DPS = {**PLAIN, "method": {"name": "dps", "zeta": 1.0}}


def setting(window: Window, *, gradients: bool = False) -> Setting:
    """The setting of the bundled model on the device in use."""
    model = window.engine.model("digits")
    assert model is not None
    return setting_of(model, window.engine.device, Cost(1, 1, gradients))


@pytest.mark.parametrize(("task", "values", "words"), [
    ("generate", PLAIN, "Run · about 20 s"),
    ("generate", {**PLAIN, "label": "each", "guidance": 2.0}, "Run · about 40 s"),
    ("generate", {**PLAIN, "label": "each", "guidance": 1.0}, "Run · about 20 s"),
    ("generate", {**PLAIN, "label": "cat"}, "Run"),
    ("inpaint", REPAINT, "Run · about 3 min"),  # 410 evaluations, not 500
    ("inpaint", DPS, "Run · about 60 s"),  # never measured with gradients: three times a plain one
    # of two methods one differentiates: 25 plain evaluations and 25 that take three times as long
    ("restore-methods", {**PLAIN, "model": "digits", "steps": 25, "methods": "ddnm, dps"},
     "Compare methods · about 40 s"),
    ("edit", {**PLAIN, "strength": 0.5}, "Run · about 10 s"),
    ("noise", {"steps": 100, "count": 4}, "Run · about 1 s")])
def test_the_button_says_how_long(opened: Opener, task: str, values: dict[str, Any], words: str) -> None:
    window = opened()
    window.estimate.speeds.learn(setting(window), 0.1)
    fill(window, task, values)
    assert window.panel.run.text() == words


def test_the_button_follows_the_pace_of_what_runs(qtbot: QtBot, opened: Opener,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """While it runs, and after it: what was measured on an idler, or busier, machine contradicts what is seen."""
    monkeypatch.setattr(estimate, "OFTEN", 0.0)
    window = opened()
    window.estimate.speeds.learn(setting(window), 50.0)
    fill(window, "generate", {**PLAIN, "steps": 1000, "count": 1})
    before = window.panel.run.text()
    assert before.endswith(" h")
    job = window.runs.start()
    assert job is not None
    qtbot.waitUntil(lambda: window.panel.run.text() != before, timeout=SOON)
    assert window.desk.queue.alive()
    assert window.estimate.speeds.seconds(setting(window)) < 10
    window.desk.queue.cancel(job.id)
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    assert window.panel.run.text() != before


def test_the_status_line_and_the_line_of_a_job_say_one_time(qtbot: QtBot, opened: Opener,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own pace; before it has one by the estimate that its button showed; of a branch what is left of it."""
    window = opened()
    fill(window, "generate", {**PLAIN, "steps": 2})
    run = press_run(qtbot, window)
    stored = replace(window.desk.library.run(run), options=PLAIN | {"model": "digits"})
    window.estimate.speeds = Speeds()  # without what that run was measured at
    window.estimate.speeds.learn(setting(window), 0.1)
    branch = replace(stored, branch_step=25)
    monkeypatch.setattr(window.desk.library, "run", lambda name: branch if name == "b" else stored)

    def shown(job: Job) -> tuple[str, str]:
        monkeypatch.setattr(window.desk.queue, "alive", lambda: [job])
        window.engine.refresh()
        window.jobs.refresh()
        return window.status.left, window.jobs.list.rows[0].facts

    running = Job(run, "Run", "generate", State.RUNNING, total=50)
    assert shown(running) == ("20 s left", "0 % · 20 s")
    assert shown(replace(running, done=10, eta=33.0)) == ("33 s left", "20 % · 33 s")
    assert shown(replace(running, id="b", done=25)) == ("10 s left", "50 % · 10 s")
    assert window.jobs.words == "1 job"


def test_a_run_that_ends_corrects_both_times_of_the_next(qtbot: QtBot, opened: Opener,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """That has no pace of its own yet, and may be long at its first step."""
    window = opened()
    fill(window, "generate", {**PLAIN, "steps": 2})
    run = press_run(qtbot, window)
    stored = replace(window.desk.library.run(run), options=PLAIN | {"model": "digits"})
    monkeypatch.setattr(window.desk.library, "run", lambda _name: stored)
    monkeypatch.setattr(window.desk.queue, "alive", lambda: [Job("next", "Run", "generate", State.RUNNING, total=50)])
    window.estimate.speeds = Speeds()
    window.estimate.speeds.learn(setting(window), 100.0)
    window.desk.queue.order_changed.emit()
    assert (window.status.left, window.jobs.list.rows[0].facts) == ("5.6 h left", "0 % · 5.6 h")
    window.desk.queue.job_finished.emit(run)
    assert window.status.left != "5.6 h left"
    assert window.jobs.list.rows[0].facts == f"0 % · {window.status.left.removesuffix(' left')}"


def test_a_finished_run_teaches_its_setting_and_the_session_keeps_it(qtbot: QtBot, opened: Opener) -> None:
    """Branches teach nothing: what they report counts evaluations from before them."""
    window = opened()
    fill(window, "generate", {"steps": 6, "count": 2})
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: bool(window.estimate.speeds.kept()), timeout=SOON)
    (known,) = window.estimate.speeds.kept()
    assert (known["model"], known["device"], known["gradients"]) == ("digits", window.engine.device, False)
    seconds = window.estimate.speeds.seconds(setting(window))
    assert seconds > 0
    window.desk.stage.move(3)
    window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: not window.desk.queue.alive() and len(window.desk.library.runs()) == 2)
    assert window.estimate.speeds.seconds(setting(window)) == seconds
    window.close()
    assert opened().estimate.speeds.kept() == [known]


def test_a_measurement_teaches_how_long_the_next_one_takes(qtbot: QtBot, opened: Opener) -> None:
    """It has no states whose evaluations could be counted, and made those that it was to make."""
    window = opened()
    fill(window, "likelihood", {"prior": "points-moons", "data": {"name": "moons"}, "steps": 2, "count": 20})
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.estimate.speeds.kept()), timeout=SOON)
    (known,) = window.estimate.speeds.kept()
    assert (known["model"], known["gradients"]) == ("points-moons", True)


def test_of_what_is_refused_no_time_is_said(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.estimate.speeds.learn(setting(window), 0.1)
    fill(window, "generate", PLAIN)
    assert window.panel.run.text() == "Run · about 20 s"
    row = window.panel.form.row("steps") if window.panel.form else None
    assert row is not None
    field = row.editor.findChild(QLineEdit)
    assert field is not None
    field.selectAll()
    qtbot.keyClicks(field, "1000000")
    assert window.panel.run.text() == "Run"
    field.selectAll()
    qtbot.keyClicks(field, "50")
    assert window.panel.run.text() == "Run · about 20 s"


def test_the_time_follows_the_size_of_the_picture(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """By a network of any size: four times the pixels take four times as long; a crop takes what its square does."""
    window = opened()
    model = window.engine.model("photos")
    assert model is not None
    window.estimate.speeds.learn(setting_of(model, window.engine.device, Cost(1, 1, False), 96 * 96), 0.1)
    for name, side in (("small", 96), ("large", 192)):
        Image.new("RGB", (side, side), "teal").save(tmp_path / f"{name}.png")
    window.navigator.choose_task("restore")

    def told(name: str, side: int) -> str:
        window.picture.open(tmp_path / f"{name}.png")
        qtbot.waitUntil(lambda: window.images.input.image_size.width() == side, timeout=SOON)
        fill(window, "restore", {"model": "photos", "steps": 50, "count": 4, "method": {"name": "ddnm"}})
        return window.panel.run.text()

    assert told("small", 96) == "Run · about 20 s"
    assert told("large", 192) == "Run · about 80 s"
    window.panel.put(window.panel.forms["restore"], {"crop_side": 96})
    assert window.panel.run.text() == "Run · about 20 s"
