"""The lines “points” and “points scrub”, with tiny settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject

from engines.analytic import MixtureDenoiser
from engines.benchmarks import points as timed
from engines.errors import WorkbenchError
from tests.workbench.test_bench import Clock
from workbench.bench.line import Settings, lines
from workbench.bench.lines import points, points_scrub
from workbench.bench.lines.points_scrub import moves
from workbench.bench.live import bench_window
from workbench.shots.driving import finished, start
from workbench.stage import Stage
from workbench.workspaces.points import Points


def test_a_line_whose_name_is_a_part_of_anothers_can_be_had_alone() -> None:
    assert [line.name for line in lines("points")] == ["points"]
    assert [line.name for line in lines("scrub")] == ["scrub"]
    assert {line.name for line in lines("scr")} == {"scrub", "points scrub"}


def test_a_run_of_points_is_timed_with_its_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four calls of 20 ms and five recorded steps of 5 ms, in each of three runs."""
    clock = Clock()
    monkeypatch.setattr(timed, "time", clock)
    monkeypatch.setattr(timed.Trajectory, "append", clock.taking(0.005, timed.Trajectory.append))
    monkeypatch.setattr(MixtureDenoiser, "denoise", clock.taking(0.02, MixtureDenoiser.denoise))
    for name, value in (("STEPS", 4), ("COUNT", 50), ("ROUNDS", 2)):
        monkeypatch.setattr(points, name, value)
    (figure,) = points.Points().measure(Settings(1, None, lambda _: None))
    assert figure.ours == pytest.approx(0.105)
    assert figure.ok
    assert clock.now == pytest.approx(3 * 0.105)


def test_a_run_that_breaks_off_is_no_fast_run(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = timed.SamplePoints.run
    monkeypatch.setattr(timed.SamplePoints, "run", lambda *given: list(whole(*given))[:3])
    with pytest.raises(WorkbenchError, match="ended at step 1"):
        timed.PointsRun(4, 50, 8, 1).seconds()


class Paints(QObject):
    """Notes at which step of the stage a widget is painted."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.steps, self._stage = list[int](), stage

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.steps.append(self._stage.index)
        return super().eventFilter(watched, event)


def test_every_move_through_points_is_painted() -> None:
    with bench_window() as window:
        start(window, "sample-points", {"count": 50, "steps": 12})
        finished(window)
        paints, shown = Paints(window.desk.stage), list[int]()
        window.desk.stage.moved.connect(shown.append)
        window.spaces.find(Points).field_page.fields[0].installEventFilter(paints)
        assert len(moves(window, 8)) == 8
    assert len(set(shown)) == 8
    assert set(shown) == set(paints.steps)


def test_the_worst_move_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those after the first few, and of their frames; what follows these is told."""
    for name, value in (("STEPS", 12), ("COUNT", 50), ("WARM", 2), ("MOVES", 3)):
        monkeypatch.setattr(points_scrub, name, value)
    spent = [(90.0, 95.0), (80.0, 85.0), (5.0, 9.0), (20.0, 24.0), (6.0, 8.0)]
    monkeypatch.setattr(points_scrub, "moves", lambda _window, _count: spent)
    (figure,) = points_scrub.PointsScrub().measure(Settings(1, None, lambda _: None))
    assert (figure.ours, figure.peer, figure.ok) == (20.0, 16.0, False)
    assert "half took 6.0 ms" in figure.note
    assert "half 9.0, worst 24.0 ms" in figure.note
