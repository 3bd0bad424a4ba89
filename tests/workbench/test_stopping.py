"""Stopping what runs: it is about to end until it has ended, in the bar and in the list of jobs alike."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import wait, walk
from workbench.controllers.stopping import StopController
from workbench.docks.jobs import STOPPING, row_of
from workbench.library.records import State
from workbench.running.jobs import JobQueue


def test_it_is_stopping_until_it_has_stopped(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    said = list[str]()
    desk = SimpleNamespace(
        queue=queue, library=queue.library, stage=SimpleNamespace(run="", part=lambda _jobs: None), guard=nullcontext,
        done=lambda sentence, *_: said.append(sentence), withdraw=lambda sentence: said.remove(sentence))
    stopping = StopController(cast(Any, desk), cast(Any, SimpleNamespace(titles={})))
    gate.at = 7
    job = queue.submit(walk(), "A walk")
    qtbot.waitUntil(gate.reached.is_set)
    stopping.stop([job.id])
    assert said == ["Stopping “A walk”…"]
    assert row_of(queue.job(job.id), 3.0, "", "").facts == STOPPING
    gate.go.set()
    wait(qtbot, queue, job, State.CANCELLED)
    qtbot.waitUntil(lambda: said == ["Stopped “A walk”; what is done is kept."], timeout=10_000)
    assert not queue.job(job.id).stopping
