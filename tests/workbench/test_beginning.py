"""What is said of a run until it has a step."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engines.chart import Axis, Chart
from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import walk
from workbench.beginning import NOTHING, UNBEGUN, Beginning, said
from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue
from workbench.running.mailbox import LiveRun
from workbench.running.recorded import record
from workbench.stage import Stage


def test_a_run_says_its_place_in_the_queue_until_it_has_a_step(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    """Nothing is said of it afterwards, nor of an empty canvas."""
    stage = Stage()
    beginning = Beginning(queue, stage)
    assert beginning.sentence == ""
    gate.at = 3
    queue.submit(walk(), "before")
    qtbot.waitUntil(gate.reached.is_set)
    second = queue.submit(walk(steps=5), "second")
    shown = queue.submit(walk(steps=5), "shown")
    stage.show(queue.live(shown.id))
    assert beginning.sentence == "In the queue: 2 jobs before it."
    queue.pause(second.id)
    assert beginning.sentence == "In the queue: 1 job before it."
    queue.pause(shown.id)
    assert beginning.sentence.startswith("Paused")
    queue.resume(shown.id)
    queue.job_changed.connect(lambda _job: stage.refresh())
    gate.go.set()
    qtbot.waitUntil(lambda: stage.recorded and beginning.sentence == "")


def test_a_run_that_the_end_of_the_program_left_in_the_queue_says_so(queue: JobQueue) -> None:
    stage = Stage()
    beginning = Beginning(queue, stage)
    run = record(queue.library, walk(), "waits").run.id
    stage.show(LiveRun(run))
    queue.library.interrupt_alive()
    stage.refresh()
    assert beginning.sentence == UNBEGUN
    queue.library.set_progress(run, 2, 5, 0.1)
    stage.refresh()
    assert beginning.sentence == NOTHING, "its steps are lost"
    stage.show(LiveRun("gone"))
    assert beginning.sentence == NOTHING


def test_a_run_that_has_started_says_what_it_does() -> None:
    job = Job("a", "A", "walk", State.RUNNING)
    live = LiveRun("a")
    assert said(live, [job]) == "Preparing the run …"
    live.sentence = "Loading model digits"
    assert said(live, [job]) == "Loading model digits …"
    assert said(live, []) == NOTHING
    live.loading = True  # as one of the library while its files are read
    assert said(live, []) == ""


def test_a_run_that_measures_says_its_figures() -> None:
    """An evaluation draws nothing to look at: what it found stands on the canvas."""
    live = LiveRun("a")
    live.measured = {"accuracy": 0.951, "frechet": 3.6231, "frechet_real": 2.8}
    assert said(live, []) == "Accuracy 0.951, Fréchet distance 3.62, Fréchet distance of real digits 2.8."
    live.measured = {"nfe": 40.0}  # of a run that drew, and whose files are lost
    assert said(live, []) == NOTHING


def test_a_run_that_drew_charts_says_which() -> None:
    live = LiveRun("a")
    live.measured = {"runs": 24.0}
    live.charts = (Chart("Energy by calls", Axis("Calls"), Axis("Energy")),)
    assert said(live, []) == "Energy by calls: this run has no steps, but a chart."
    live.charts = (*live.charts, Chart("Error", Axis("Calls"), Axis("Error")))
    assert said(live, []) == "This run has no steps, but 2 charts: Energy by calls; Error."
