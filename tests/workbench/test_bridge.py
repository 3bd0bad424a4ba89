"""The bridge: threads fit the processors that the program may use, and free memory goes back."""

from __future__ import annotations

import os
import platform

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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back by themselves")
def test_memory_that_is_free_goes_back_to_the_system() -> None:
    """Also where something that is still in use lies above it."""
    steps = [b"x" * 50_000 for _ in range(4000)]
    above = steps[-1]
    steps.clear()
    held = bridge.process_memory()
    bridge.give_back_memory()
    assert held - bridge.process_memory() > 100_000_000
    assert len(above) == 50_000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back by themselves")
def test_what_runs_left_behind_is_given_back_once_it_is_much() -> None:
    spare = bridge.SpareMemory()
    before = spare.tend(bridge.process_memory())
    steps = [b"x" * 50_000 for _ in range(4000)]
    above = steps[-1]
    steps.clear()
    held = bridge.process_memory()
    assert spare.tend(before + 1000) == before + 1000, "a little more is left alone"
    assert bridge.process_memory() > held - 1_000_000
    assert spare.tend(held) < held - 100_000_000
    assert len(above) == 50_000
