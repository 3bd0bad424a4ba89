"""What is asked for while the engine still starts is done as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from tests.journeys.conftest import SOON
from tests.journeys.test_images import Opener, fill, press_run
from tests.journeys.window import Window
from workbench.controllers.which import Opened
from workbench.home import Home
from workbench.pages.images_page import Mode

Starter = Callable[[], None]


@pytest.fixture
def starting(qtbot: QtBot, home: Path) -> Iterator[tuple[Window, Starter]]:
    """A window whose engine has not started, and what starts it and waits for it."""
    window = Window(Home(home), autostart=False)
    qtbot.addWidget(window)
    window.show()

    def start() -> None:
        with qtbot.waitSignal(window.desk.queue.ready, timeout=SOON):
            window.start()

    yield window, start
    window.close()


def test_run_waits_for_the_engine(qtbot: QtBot, starting: tuple[Window, Starter]) -> None:
    window, start = starting
    assert window.runs.start() is None
    start()
    qtbot.waitUntil(lambda: len(window.desk.queue.jobs()) == 1, timeout=SOON)
    assert window.desk.stage.run == window.desk.queue.jobs()[0].id
    window.runs.stopping.stop_all()
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)


def test_a_picture_waits_for_the_engine(qtbot: QtBot, starting: tuple[Window, Starter]) -> None:
    window, start = starting
    window.picture.put(Opened.of(np.zeros((9, 9, 1), np.uint8), "pasted picture"))
    start()
    qtbot.waitUntil(lambda: window.images.mode is Mode.PAIR, timeout=SOON)
    assert window.panel.task == "inpaint"


def test_data_waits_for_the_engine(qtbot: QtBot, starting: tuple[Window, Starter]) -> None:
    window, start = starting
    window.train.use_data("digits")
    start()
    qtbot.waitUntil(lambda: window.navigator.workspace == "train", timeout=SOON)


def test_a_run_of_before_is_shown_where_it_belongs(qtbot: QtBot, opened: Opener, home: Path) -> None:
    window = opened()
    fill(window, "inpaint", {})
    window.navigator.choose_task("noise")
    window.picture.put(Opened.of(np.zeros((28, 28, 1), np.uint8), "black"))
    fill(window, "noise", {"steps": 3, "size": 28})
    run = press_run(qtbot, window)
    window.close()
    again = Window(Home(home), autostart=False)
    qtbot.addWidget(again)
    again.show()
    again.navigator.show_run(run)
    with qtbot.waitSignal(again.desk.queue.ready, timeout=SOON):
        again.start()
    qtbot.waitUntil(lambda: again.desk.stage.run == run and again.panel.task == "noise", timeout=SOON)
    again.close()


def test_a_recipe_of_a_task_without_a_workspace_says_where_it_runs(opened: Opener) -> None:
    window = opened()
    window.navigator.fill(Recipe("evaluate", {"count": 20}))
    assert window.bar.sentence == "No workspace shows the task “evaluate”; run it on the command line."
    assert window.panel.task == "generate"
