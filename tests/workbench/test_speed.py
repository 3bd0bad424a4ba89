"""What a run will take: measured settings, guesses from their like, and what the session keeps."""

from __future__ import annotations

import json

import pytest

from workbench.speed import FIRST_GUESS, GRADIENTS, KEPT, LIKELY_WORK, Setting, Speeds, worth

SMALL = Setting("small", "cpu", False, LIKELY_WORK)
STEEP = Setting("small", "cpu", True, LIKELY_WORK)
LARGE = Setting("large", "cpu", False, 10 * LIKELY_WORK)


def test_without_any_measurement_the_guess_grows_with_the_work() -> None:
    speeds = Speeds()
    assert speeds.seconds(SMALL) == pytest.approx(FIRST_GUESS)
    assert speeds.seconds(LARGE) == pytest.approx(10 * FIRST_GUESS)
    assert speeds.seconds(STEEP) == pytest.approx(GRADIENTS * FIRST_GUESS)


def test_a_measurement_counts_whole_at_first_and_half_later() -> None:
    speeds = Speeds()
    speeds.learn(SMALL, 0.02)
    assert speeds.seconds(SMALL) == pytest.approx(0.02)
    speeds.learn(SMALL, 0.04)
    assert speeds.seconds(SMALL) == pytest.approx(0.03)


def test_the_pace_of_what_runs_goes_before_what_was_measured() -> None:
    """The machine may be busier than on average; the average is kept, and a small difference is none."""
    speeds = Speeds()
    speeds.learn(SMALL, 0.02)
    assert not speeds.see(SMALL, 0.021)
    assert speeds.seconds(SMALL) == pytest.approx(0.02)
    assert speeds.see(SMALL, 0.06)
    assert speeds.seconds(SMALL) == pytest.approx(0.06)
    assert speeds.seconds(LARGE) == pytest.approx(0.6)
    assert Speeds(speeds.kept()).seconds(SMALL) == pytest.approx(0.02)


def test_a_run_of_one_sample_does_not_spoil_the_figure_for_more() -> None:
    """An evaluation takes time of its own: four samples take two and a half times as long as one, not four times."""
    assert worth(4) == pytest.approx(4)
    assert worth(4) / worth(1) == pytest.approx(2.5)
    assert worth(64) / worth(16) == pytest.approx(65 / 17)


def test_gradients_are_measured_apart() -> None:
    """RePaint and DPS with one model do not spoil each other's figure."""
    speeds = Speeds()
    speeds.learn(SMALL, 0.02)
    assert speeds.seconds(STEEP) == pytest.approx(0.02 * GRADIENTS)
    speeds.learn(STEEP, 0.5)
    assert (speeds.seconds(SMALL), speeds.seconds(STEEP)) == (pytest.approx(0.02), pytest.approx(0.5))


def test_an_unknown_model_is_guessed_from_those_on_its_device() -> None:
    speeds = Speeds()
    speeds.learn(SMALL, 0.02)
    speeds.learn(Setting("small", "cuda", False, LIKELY_WORK), 0.0001)
    assert speeds.seconds(LARGE) == pytest.approx(0.2)
    assert speeds.seconds(Setting("large", "cuda", False, LARGE.work)) == pytest.approx(0.001)
    assert speeds.seconds(Setting("large", "mps", False, LARGE.work)) == pytest.approx(10 * FIRST_GUESS)


def test_measurements_survive_the_session_file() -> None:
    speeds = Speeds()
    speeds.learn(SMALL, 0.02)
    speeds.learn(STEEP, 0.09)
    again = Speeds(json.loads(json.dumps(speeds.kept())))
    assert (again.seconds(SMALL), again.seconds(STEEP)) == (speeds.seconds(SMALL), speeds.seconds(STEEP))


@pytest.mark.parametrize("kept", [None, 3, "x", {}, [3], [{}], [{"model": "small", "device": "cpu"}],
                                  [{"model": "small", "device": "cpu", "gradients": False, "work": 1, "seconds": 0}],
                                  [{"model": 1, "device": "cpu", "gradients": False, "work": 1, "seconds": 2}]])
def test_a_damaged_session_is_as_none(kept: object) -> None:
    assert Speeds(kept).seconds(SMALL) == pytest.approx(FIRST_GUESS)


def test_only_the_latest_settings_are_kept() -> None:
    speeds = Speeds()
    for k in range(KEPT + 5):
        speeds.learn(Setting(f"model {k}", "cpu", False, 1.0), 0.01)
    names = [entry["model"] for entry in speeds.kept()]
    assert names == [f"model {k}" for k in range(5, KEPT + 5)]
