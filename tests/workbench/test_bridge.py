"""The bridge: threads fit the processors that the program may use."""

from __future__ import annotations

import os

import pytest

from workbench import bridge


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux tells the processors allowed")
@pytest.mark.parametrize(("allowed", "threads"), [({3}, 1), ({0, 5}, 1), ({0, 1, 2, 5}, 3)])
def test_threads_follow_the_processors_allowed(
        allowed: set[int], threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container with two of 64 processors would compute far slower with 63 threads than with one."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: allowed)
    assert bridge.engine_threads() == threads
