"""The lines “points” and “points scrub”, with tiny settings."""

from __future__ import annotations

import pytest

from engines.analytic import MixtureDenoiser
from engines.benchmarks import points as timed
from engines.errors import WorkbenchError
from tests.workbench.test_bench import Clock
from workbench.bench.line import Settings, lines
from workbench.bench.lines import points, points_scrub


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


def test_every_move_through_points_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each after the one before, at steps all over the run."""
    for name, value in (("STEPS", 12), ("COUNT", 50), ("WARM", 2), ("MOVES", 8)):
        monkeypatch.setattr(points_scrub, name, value)
    shown, painted = [], []
    whole = points_scrub.moves

    def watched(window: object, count: int) -> list[float]:
        stage, (field,) = window.desk.stage, window.spaces.find(points_scrub.Points).field_page.fields  # type: ignore[attr-defined]
        stage.moved.connect(shown.append)
        monkeypatch.setattr(type(field), "paintEvent",
                            lambda self, event, paint=type(field).paintEvent: (painted.append(stage.step), paint(self, event))[1])
        return whole(window, count)  # type: ignore[arg-type]

    monkeypatch.setattr(points_scrub, "moves", watched)
    (figure,) = points_scrub.PointsScrub().measure(Settings(1, None, lambda _: None))
    assert figure.peer == 16.0
    assert len(set(shown)) == 10
    assert set(shown) <= set(painted)
