"""Pace: steps per second, time left and time spent, by a clock of the test's own."""

from __future__ import annotations

import pytest

from workbench.running.pace import WINDOW, Pace


class Clock:
    """Seconds that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def steps(pace: Pace, clock: Clock, seconds: float, first: int, last: int) -> None:
    """Mark steps `first` … `last` of 100, each so many seconds after the one before it."""
    for done in range(first, last + 1):
        clock.now += seconds
        pace.mark(done, 100)


def test_rate_and_time_left_are_those_of_the_last_seconds(clock: Clock) -> None:
    pace = Pace(clock=clock)
    pace.start()
    assert (pace.rate, pace.eta) == (0.0, None)
    steps(pace, clock, 2.0, 1, 10)
    assert pace.rate == pytest.approx(0.5)
    assert pace.eta == pytest.approx(90 / 0.5)
    steps(pace, clock, 0.25, 11, 60)  # 12.5 s: the slow steps of before are out of sight
    assert pace.rate == pytest.approx(4)
    assert pace.eta == pytest.approx(40 / 4)
    assert pace.elapsed == pytest.approx(20 + 12.5)


def test_steps_that_take_longer_than_the_window_have_a_rate(clock: Clock) -> None:
    pace = Pace(clock=clock)
    pace.start()
    steps(pace, clock, 3 * WINDOW, 1, 4)
    assert pace.rate == pytest.approx(1 / (3 * WINDOW))


def test_a_pause_counts_neither_as_time_nor_for_the_rate(clock: Clock) -> None:
    pace = Pace(7.0, clock)
    pace.start()
    steps(pace, clock, 1.0, 1, 5)
    pace.stop()
    clock.now += 1000
    assert pace.elapsed == pytest.approx(7 + 5)
    pace.start()
    steps(pace, clock, 1.0, 6, 8)
    assert pace.rate == pytest.approx(1)
    assert pace.elapsed == pytest.approx(7 + 8)


def test_the_time_left_is_told_whatever_the_engine_thread_does_meanwhile(clock: Clock,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two looks at the rate it may have become 0: many parts of one slow step were marked."""
    pace, read = Pace(clock=clock), vars(Pace)["rate"].fget
    steps(pace, clock, 0.5, 0, 10)

    def then_slow(pace: Pace) -> float:
        rate = read(pace)
        clock.now += 2 * WINDOW
        for _ in range(3):
            pace.mark(10, 100)
        return rate

    monkeypatch.setattr(Pace, "rate", property(then_slow))
    assert pace.eta == pytest.approx(45)
    assert pace.eta is None


def test_who_falls_behind_has_no_rate_below_nothing(clock: Clock) -> None:
    pace = Pace(clock=clock)
    pace.start()
    pace.mark(90, 100)
    clock.now += 1
    pace.mark(60, 100)
    assert (pace.rate, pace.eta) == (0.0, None)
