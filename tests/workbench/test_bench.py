"""The bench: what a figure says, and its two cheapest lines with tiny settings."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from engines.errors import BadInput
from workbench.bench.line import Comparison, compared, lines, missing, words
from workbench.bench.lines.start import appearance
from workbench.cli.commands.bench import Bench, output
from workbench.interrupt import Interrupt


def test_a_figure_meets_its_goal_or_not() -> None:
    assert Comparison("a", 1.0, 2.0, 0.5, "s").ok
    assert not Comparison("a", 1.1, 2.0, 0.5, "s").ok
    assert not missing("a", 1.0, "s", "No peer.").ok
    assert missing("a", 1.0, "s", "No peer.").document()["ratio"] is None
    parted = Comparison("a", 1.0, 2.0, 0.5, "s", parts={"one": 3.5, "other": math.nan})
    assert parted.document()["parts"] == {"one": 3.5, "other": None}


def test_every_line_is_found_and_an_unknown_one_is_named() -> None:
    known = {"diffusers", "recording", "event loop", "scrub", "paint", "listing", "start", "memory"}
    assert known <= {line.name for line in lines()}
    with pytest.raises(BadInput, match="nonsense"):
        lines("nonsense")


def test_help_names_every_line() -> None:
    """By the names that choose them."""
    assert words() == sorted(line.name for line in lines())
    parser = argparse.ArgumentParser()
    Bench().add_flags(parser)
    told = " ".join(parser.format_help().split())
    assert f"contains this: {', '.join(words()[:-1])} or {words()[-1]}" in told


class Clock:
    """Goes on by what work is said to take, and by nothing else."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def taking(self, seconds: float, work: Callable[..., Any]) -> Callable[..., Any]:
        """The work, taking so long."""
        def timed(*given: Any, **named: Any) -> Any:
            self.now += seconds
            return work(*given, **named)

        return timed


def test_recording_is_timed_over_its_network_calls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four calls of 20 ms, five recorded steps of 5 ms, and two previews of 1 ms, 33 ms apart at least."""
    from engines.benchmarks import recording
    from engines.denoiser import NetworkDenoiser

    clock = Clock()
    monkeypatch.setattr(recording, "time", clock)
    monkeypatch.setattr(recording, "sheet", clock.taking(0.001, recording.sheet))
    monkeypatch.setattr(recording.Trajectory, "append", clock.taking(0.005, recording.Trajectory.append))
    monkeypatch.setattr(NetworkDenoiser, "denoise", clock.taking(0.02, NetworkDenoiser.denoise))
    with closing(recording.Recording(4, 2, 1)) as run:
        figure = compared("recording", [run.recorded()], [run.bare()], 1.05, "s")
        assert (figure.ours, figure.peer) == (pytest.approx(0.107), pytest.approx(0.08))
        assert figure.ratio == pytest.approx(0.107 / 0.08)
        assert run.sampler() == pytest.approx(0.08)


def test_the_ratio_of_rounds_is_the_median_of_their_ratios() -> None:
    figure = compared("a", [1.0, 9.0, 4.0], [2.0, 3.0, 4.0], 1.0, "s")
    assert (figure.ours, figure.peer, figure.ratio, figure.ok) == (4.0, 3.0, 1.0, True)


def test_the_window_appears_in_a_new_process() -> None:
    assert 0 < appearance() < 60


@pytest.mark.skipif(os.name == "nt", reason="Windows has no groups of processes")
def test_a_group_that_may_not_be_ended_any_more_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As macOS says of one whose leader has ended."""
    def refused(_group: int, _signal: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "killpg", refused)
    watch = Interrupt()
    watch.pressed = True
    code, out = output([sys.executable, "-c", "pass"], watch)
    assert out == ""
    assert isinstance(code, int)
