"""The bench: what a figure says, and its two cheapest lines with tiny settings."""

from __future__ import annotations

import pytest

from engines.errors import BadInput
from workbench.bench.line import Figure, compared, lines, missing
from workbench.bench.lines.start import appearance


def test_a_figure_meets_its_goal_or_not() -> None:
    assert Figure("a", 1.0, 2.0, 0.5, "s").ok
    assert not Figure("a", 1.1, 2.0, 0.5, "s").ok
    assert not missing("a", 1.0, "s", "No peer.").ok
    assert missing("a", 1.0, "s", "No peer.").document()["ratio"] is None


def test_every_line_is_found_and_an_unknown_one_is_named() -> None:
    known = {"diffusers", "recording", "event loop", "scrub", "paint", "listing", "start", "memory"}
    assert known <= {line.name for line in lines()}
    with pytest.raises(BadInput, match="nonsense"):
        lines("nonsense")


def test_recording_with_tiny_settings() -> None:
    from engines.benchmarks.recording import Recording

    run = Recording(2, 2, 1)
    figure = compared("recording", [run.recorded()], [run.bare()], 1.05, "s")
    assert figure.ours > 0
    assert figure.ratio > 0


def test_the_window_appears_in_a_new_process() -> None:
    assert 0 < appearance() < 60
