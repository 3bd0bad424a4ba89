"""What is on the canvas: the frames of a step, wherever they are asked for."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from tests.workbench.test_jobs import wait, walk
from workbench.frames import ESTIMATE
from workbench.jobs import JobQueue
from workbench.stage import Stage


def test_the_film_ends_as_the_canvas_does(qtbot: QtBot, queue: JobQueue) -> None:
    """With the finished samples, which a task may have changed; before the end, and in other views, nothing differs."""
    stage, live = Stage(), queue.live(wait(qtbot, queue, queue.submit(walk())).id)
    assert live is not None
    assert live.samples is not None
    live.samples = live.samples + 1
    stage.show(live)
    last = stage.frames_at(stage.last)
    assert last is not None
    assert np.array_equal(last, live.samples)
    for view, index in ((stage.view, stage.last), (stage.view, 7), (ESTIMATE, stage.last)):
        stage.look(view)
        stage.move(index)
        shown, filmed = stage.frames(), stage.frames_at(index)
        assert shown is not None
        assert filmed is not None
        assert np.array_equal(shown, filmed)
    assert stage.frames_at(stage.last + 1) is None
