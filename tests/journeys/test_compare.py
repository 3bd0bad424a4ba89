"""Journeys of comparing and queueing: captions of either side, a pair and back, unequal steps, stopping what waits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.trajectory import Trajectory
from tests.engines.small import save_small
from tests.journeys.test_images import SOON, Opener, fill, press_run
from tests.journeys.window import Window
from workbench.library.records import Query, State
from workbench.pages.images_page import Mode

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pair(qtbot: QtBot, opened: Opener) -> tuple[Window, str, str]:
    """A window with a run of 4 steps and, on the canvas, one of 8 steps with other seeds."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 3, "seed": 7})
    first = press_run(qtbot, window)
    fill(window, "generate", {"steps": 8, "count": 3, "seed": 99})
    return window, first, press_run(qtbot, window)


def compared(qtbot: QtBot, window: Window, run: str) -> None:
    """Compare with a run, and wait until it is there."""
    window.timeline.tree.compare_asked.emit(run)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)


def queued(window: Window, seed: int) -> str:
    """Put a run with a seed behind what runs; gives its id."""
    fill(window, "generate", {"seed": seed})
    job = window.runs.enqueue()
    return job.id if job else ""


def test_a_pair_is_opened_by_a_click_and_left_by_escape(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """Esc goes back to all samples, then to the run, wherever the focus is; either side has its own seeds."""
    window, first, _ = pair
    compared(qtbot, window, first)
    compare = window.images.compare
    titles = "Left · 3 samples of digits (newer)", "Right · 3 samples of digits (older)"
    assert (compare.left.grid.title, compare.right.grid.title) == titles
    assert compare.left.grid.caption(1) == "1 · seed 100"
    assert compare.right.grid.caption(1) == "1 · seed 8"
    qtbot.mouseClick(compare.left.grid, LEFT, pos=compare.left.grid.tile_rect(1).center().toPoint())
    assert compare.opened_sample == 1
    window.timeline.scrubber.slider.setFocus()
    qtbot.keyClick(window.timeline.scrubber.slider, Qt.Key.Key_Escape)
    assert (compare.opened_sample, window.images.mode) == (-1, Mode.COMPARE)
    qtbot.keyClick(window.timeline.scrubber.slider, Qt.Key.Key_Escape)
    assert window.images.mode is Mode.GRID
    assert not window.desk.actions["run.compare"].isChecked()


def test_sizes_and_curves_say_of_which_run_they_are(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """Only one of the two can be told of; alone it needs no name."""
    window, first, _ = pair
    headings = lambda: [plot.heading for plot in (window.plots.terms, window.plots.second)]  # noqa: E731
    alone, step = headings(), window.equation.words
    compared(qtbot, window, first)
    assert headings() == [f"Left · {words}" for words in alone]
    assert window.equation.words == f"Left · {step}"
    window.desk.queue.job_added.emit(first)  # as it goes on: panels of points are none of its business
    assert window.equation.words == f"Left · {step}"
    window.desk.stage.compare(None)
    assert (headings(), window.equation.words) == (alone, step)


def test_runs_of_unequal_steps_are_seen_at_one_time(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """Step 6 of 8 stands beside step 3 of 4, and the strip says so."""
    window, first, _ = pair
    compared(qtbot, window, first)
    other = window.desk.stage.other
    assert other is not None
    assert other.trajectory is not None
    for step, beside in ((0, 0), (6, 3), (2, 1), (8, 4)):
        window.desk.stage.move(step)
        assert window.desk.stage.step_of(other) == beside
        shown = window.desk.stage.frames(other)
        assert shown is not None
        if step < 8:  # the end shows the finished samples
            np.testing.assert_array_equal(shown, other.trajectory.x(beside))
        assert f"step {step}/8 and {beside}/4" in window.images.strip.words


def test_of_a_run_whose_steps_were_not_kept_the_strip_names_the_one_that_is_shown(
        qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    window, first, _ = pair
    compared(qtbot, window, first)
    other = window.desk.stage.other
    assert other is not None
    assert other.samples is not None
    other.trajectory = Trajectory.only(4, 4, other.samples, other.samples, t=0.0, nfe=8)
    window.desk.stage.move(2)
    assert window.images.strip.words.startswith("At t 0.75 and 0.00: step 2/8 and 4/4")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of popups by the offscreen platform
def test_the_chooser_says_what_it_asks_and_finds(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """Its rows differ even where titles do not; words narrow them down, and Enter compares."""
    window, first, second = pair
    fill(window, "generate", {"steps": 2, "count": 3, "seed": 41})
    press_run(qtbot, window)
    window.desk.actions["run.compare"].trigger()
    chooser = window.branch.chooser
    assert chooser.accessibleName() == "Compare “3 samples of digits” with…"
    assert [row.key for row in chooser.list.rows] == [second, first]
    assert [row.facts.split(" · ")[0] for row in chooser.list.rows] == ["seed 99", "seed 7"]
    chooser.list.filter.setText("seed 7")
    assert [row.key for row in chooser.list.rows] == [first]
    chooser.list.activated.emit(first)
    assert not chooser.isVisible()
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    assert window.desk.stage.other is not None
    assert window.desk.stage.other.run == first


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of popups by the offscreen platform
def test_runs_of_another_size_are_greyed_and_of_another_number_share_what_both_have(
        qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """The chooser says why, instead of offering what is refused then."""
    window, first, second = pair
    save_small(window.desk.library.home.models)
    window.desk.models_changed()
    fill(window, "generate", {"model": "tiny", "steps": 2, "count": 3, "label": "free"})
    small = press_run(qtbot, window)
    fill(window, "generate", {"model": "digits", "steps": 2, "count": 2})
    press_run(qtbot, window)
    window.desk.actions["run.compare"].trigger()
    chooser = window.branch.chooser
    assert [row.key for row in chooser.list.rows] == [second, first, small]
    assert (chooser.list.rows[2].facts, chooser.list.rows[2].faded) == ("8 × 8 grey, not 28 × 28 grey", True)
    chooser.list.activated.emit(small)
    assert chooser.isVisible()
    chooser.list.select(small)
    chooser.hide()
    window.desk.actions["run.compare"].trigger()
    assert chooser.list.selected == [second]  # what was chosen the last time is no choice of this one
    chooser.list.activated.emit(first)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    assert window.images.compare.left.grid.count == window.images.compare.right.grid.count == 2


def test_a_branch_says_what_it_cannot_take_over(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """It goes on with all samples of its run, whatever Count says; who leaves the branch leaves the sentence."""
    window, _, second = pair
    window.desk.stage.move(4)
    fill(window, "generate", {"count": 2, "seed": 99, "steps": 8})
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", second}, timeout=SOON)
    assert window.bar.sentence == ("A branch goes on with all 3 samples over the steps of its run; "
                                   "Count 2 of the form is for new runs.")
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    window.desk.actions["view.close_run"].trigger()
    assert window.bar.sentence == ""


def test_a_branch_tells_of_a_time_grid_in_words(qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """Not as the table that it is in a recipe."""
    window, _, second = pair
    window.desk.stage.move(4)
    fill(window, "generate", {"spacing": {"name": "edm", "rho": 3}})
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", second}, timeout=SOON)
    assert window.bar.sentence.endswith("Spacing EDM rho 3 finest noise 0.002 of the form is for new runs.")
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)


def test_a_branch_is_called_by_the_sampler_alone_where_its_options_are_the_usual_ones(
        qtbot: QtBot, pair: tuple[Window, str, str]) -> None:
    """So that its name has room in the library, the tree and over a comparison."""
    window, _, second = pair
    window.desk.stage.move(4)
    fill(window, "generate", {"sampler": {"name": "ddpm", "variance": "beta-tilde"}, "guidance": 4})
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", second}, timeout=SOON)
    assert window.desk.library.run(window.desk.stage.run).title == "DDPM, guidance 4 from step 4"
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)


def test_jobs_that_never_began_leave_when_all_are_stopped(qtbot: QtBot, opened: Opener) -> None:
    """What ran is kept; undo brings those that waited back into queue and library, in their order."""
    window = opened()
    queue, library = window.desk.queue, window.desk.library
    fill(window, "generate", {"steps": 1000, "count": 1})
    with qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, LEFT)
    running = str(added.args[0])
    qtbot.waitUntil(lambda: queue.job(running).done > 2, timeout=SOON)
    waiting = [queued(window, seed) for seed in (11, 12, 13)]
    assert window.jobs.words.startswith("4 jobs")
    assert [row.detail.split(" · ")[0] for row in window.jobs.list.rows[1:]] == ["seed 11", "seed 12", "seed 13"]
    window.desk.actions["run.cancel_all"].trigger()
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    assert library.ids() == [running]
    assert library.run(running).state is State.CANCELLED
    assert window.bar.sentence == "3 waiting jobs removed."
    queue.pause_all()
    window.desk.actions["edit.undo"].trigger()
    queue.pause_all()
    assert [job.id for job in queue.alive()] == waiting
    assert set(library.ids()) == {running, *waiting}
    assert not library.ids(Query(trashed=True))
    qtbot.waitUntil(lambda: all(job.state is State.PAUSED for job in queue.alive()), timeout=SOON)
    window.jobs.list.cancel_asked.emit(waiting[2])
    assert "which had not begun, is removed." in window.bar.sentence
    assert waiting[2] not in library.ids()
    bin_button = window.library.trash._panel.open_trash
    qtbot.waitUntil(lambda: bin_button.text() == "Trash · 1", timeout=SOON)
    window.desk.actions["edit.undo"].trigger()
    qtbot.waitUntil(lambda: bin_button.text() == "Trash", timeout=SOON)
    window.runs.stopping.stop_all()
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)


def test_a_new_run_ends_a_comparison_and_its_button_says_so(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    first = press_run(qtbot, window)
    press_run(qtbot, window)
    window.branch.compare_with(first)
    button = window.desk.actions["run.compare"]
    qtbot.waitUntil(button.isChecked, timeout=SOON)
    press_run(qtbot, window)
    assert window.desk.stage.other is None
    assert not button.isChecked()
