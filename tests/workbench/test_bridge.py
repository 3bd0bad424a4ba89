"""The bridge: threads fit the processors that the program may use, and free memory goes back."""

from __future__ import annotations

import math
import os
import platform
import sys

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
    given = list[int]()
    spare = bridge.SpareMemory(lambda: given.append(bridge.process_memory()) or bridge.give_back_memory())
    before = bridge.process_memory()
    steps = [b"x" * 50_000 for _ in range(4000)]
    above = steps[-1]
    steps.clear()
    held = bridge.process_memory()
    spare.tend(before + 1000)
    assert not given, "a little more is left alone"
    spare.tend(held)
    assert len(given) == 1
    assert bridge.process_memory() < held - 100_000_000
    spare.tend(bridge.process_memory())
    spare.tend(bridge.process_memory() + bridge.MUCH + 1_000_000)
    assert len(given) == 2, "what is held after it was given back is what counts from then on"
    assert len(above) == 50_000


def test_where_the_system_tells_no_peak_there_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """NaN meets no goal; what is held now is 0 then, of which nothing can be given back."""
    def unread(*_: object, **__: object) -> None:
        raise FileNotFoundError

    assert math.isfinite(bridge.peak_memory()) is (sys.platform != "win32")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(bridge, "open", unread, raising=False)
    assert math.isnan(bridge.peak_memory())
    assert bridge.process_memory() == 0
