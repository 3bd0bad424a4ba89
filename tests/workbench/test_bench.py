"""The bench: what a figure says, and its two cheapest lines with tiny settings."""

from __future__ import annotations

import argparse
import os
import sys

import pytest

from engines.errors import BadInput
from workbench.bench.line import Figure, compared, lines, missing, words
from workbench.bench.lines.start import appearance
from workbench.cli.commands.bench import Bench, output
from workbench.cli.interrupt import Interrupt


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


def test_help_names_every_line() -> None:
    """By the names that choose them."""
    assert words() == sorted(line.name for line in lines())
    parser = argparse.ArgumentParser()
    Bench().add_flags(parser)
    told = " ".join(parser.format_help().split())
    assert f"contains this: {', '.join(words()[:-1])} or {words()[-1]}" in told


def test_recording_with_tiny_settings() -> None:
    from engines.benchmarks.recording import Recording

    run = Recording(2, 2, 1)
    figure = compared("recording", [run.recorded()], [run.bare()], 1.05, "s")
    assert figure.ours > 0
    assert figure.ratio > 0


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
