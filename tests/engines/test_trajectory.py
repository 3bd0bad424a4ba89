"""Trajectory: exact round trips in memory, mapped and on disk; branches; damage; memory given back."""

from __future__ import annotations

import errno
import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from engines import trajectory
from engines.errors import BadInput, DiskFull
from engines.recorded_size import CROWD
from engines.samplers.base import Step
from engines.trajectory import Trajectory

SHAPE, TOTAL = (2, 1, 4, 4), 6


def step(i: int, total: int = TOTAL, *, guided: bool = True) -> Step:
    """A step whose values depend on its index only."""
    draw = torch.Generator().manual_seed(i)
    x, x0, delta = (torch.randn(SHAPE, generator=draw) for _ in range(3))
    terms = {"prior": torch.tensor([1.0 + i, 2.0 + i], dtype=torch.float64)}
    return Step(i, total, 1 - i / total, x, x0, i + 1, terms, {"guidance": delta} if guided else {})


def recorded(first: int = 0, stop: int = TOTAL + 1, *, budget: int = 2**30, folder: Path | None = None) -> Trajectory:
    run = Trajectory(SHAPE, TOTAL, budget=budget, folder=folder)
    for i in range(first, stop):
        run.append(step(i), {"error": 0.5 * i})
    return run


def same(run: Trajectory, i: int) -> bool:
    expected = step(i)
    return (np.array_equal(run.x(i), expected.x.numpy()) and run.t(i) == expected.t and run.nfe(i) == expected.nfe)


@pytest.mark.parametrize("budget", [2**30, 0])
def test_reads_back_exactly_in_memory_and_mapped(budget: int, tmp_path: Path) -> None:
    run = recorded(budget=budget, folder=tmp_path)
    assert (run.nbytes == 0) == (budget == 0)
    assert len(run) == TOTAL + 1
    assert run.complete
    assert all(same(run, i) and np.array_equal(run.x0(i), step(i).x0.numpy()) for i in range(TOTAL + 1))
    assert np.array_equal(run.terms["prior"][:, 0], np.arange(TOTAL + 1) + 1.0)
    assert np.array_equal(run.curves["error"], 0.5 * np.arange(TOTAL + 1))
    delta = run.delta("guidance", 3)
    assert delta is not None
    assert np.array_equal(delta, step(3).deltas["guidance"].numpy())
    assert run.delta("likelihood", 3) is None
    run.close()


def test_close_gives_memory_and_files_back(tmp_path: Path) -> None:
    run = recorded(budget=0, folder=tmp_path)
    assert list(tmp_path.glob("*.steps"))
    run.close()
    assert not list(tmp_path.iterdir())
    assert len(run) == 0
    with pytest.raises(IndexError):
        run.x(0)


def test_a_closed_one_keeps_no_more_than_a_new_one(tmp_path: Path) -> None:
    run, files = Trajectory(SHAPE, TOTAL), [tmp_path / name for name in ("closed", "new")]
    run.append(replace(step(0), drift=(0.5, 0.25), fresh=torch.ones(SHAPE)), {"error": 0.5})
    assert run.drift(0) == (0.5, 0.25)
    run.close()
    for closed, file in zip((run, Trajectory(SHAPE, TOTAL)), files, strict=True):
        closed.save(file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_file_round_trip_is_exact_for_states(tmp_path: Path) -> None:
    run, file = recorded(), tmp_path / "run.safetensors"
    run.save(file)
    again = Trajectory.load(file)
    assert all(same(again, i) for i in range(TOTAL + 1))
    assert again.shape == SHAPE
    assert again.complete
    assert np.allclose(again.x0(2), run.x0(2), atol=2e-3)
    assert np.array_equal(again.terms["prior"], run.terms["prior"])
    assert np.array_equal(again.curves["error"], run.curves["error"])
    assert again.deltas == ("guidance",)
    assert [f.name for f in tmp_path.iterdir()] == ["run.safetensors"], "nothing but the file is left"
    assert np.array_equal(safetensors.numpy.load_file(file)["x"][3], run.x(3)), "other programs can read it"


def test_a_resumed_run_keeps_its_place(tmp_path: Path) -> None:
    run = recorded(first=2, stop=5)
    assert (run.first, run.last, len(run), run.complete) == (2, 4, 3, False)
    run.save(tmp_path / "run")
    again = Trajectory.load(tmp_path / "run")
    assert (again.first, again.last, len(again)) == (2, 4, 3)
    assert all(same(again, i) for i in range(2, 5))
    for missing in (1, 5):
        with pytest.raises(IndexError):
            again.x(missing)


def test_an_empty_run_can_be_saved(tmp_path: Path) -> None:
    Trajectory(SHAPE, TOTAL).save(tmp_path / "run")
    again = Trajectory.load(tmp_path / "run")
    assert (len(again), again.first, again.last) == (0, 0, -1)


@pytest.mark.parametrize("stored", [False, True])
def test_a_branch_scrubs_through_its_parent(stored: bool, tmp_path: Path) -> None:
    parent = recorded()
    if stored:
        parent.save(tmp_path / "parent")
        parent = Trajectory.load(tmp_path / "parent")
    branch = Trajectory(SHAPE, TOTAL)
    branch.prepend(parent, 3)
    assert (branch.first, branch.last) == (0, 2)
    branch.append(step(3), {"error": 9.0})
    assert all(same(branch, i) for i in range(4))
    assert branch.curves["error"].tolist() == [0.0, 0.5, 1.0, 9.0]


def test_a_parent_of_another_shape_is_ignored() -> None:
    branch = Trajectory((1, 1, 4, 4), TOTAL)
    branch.prepend(recorded(), 3)
    assert len(branch) == 0


def test_steps_out_of_order_are_refused() -> None:
    run = recorded(stop=3)
    with pytest.raises(BadInput, match="Step 5 cannot follow step 2"):
        run.append(step(5))


def test_frames_cannot_be_altered() -> None:
    run = recorded()
    with pytest.raises(ValueError, match="read-only"):
        run.x(0)[...] = 0
    assert same(run, 0)


@pytest.mark.parametrize("keep", [0, 7, 40, -30])
def test_a_damaged_file_is_one_sentence(keep: int, tmp_path: Path) -> None:
    file = tmp_path / "run"
    recorded().save(file)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(BadInput, match="“run” is not a recorded run or is damaged"):
        Trajectory.load(file)


def test_a_missing_or_foreign_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="“none”"):
        Trajectory.load(tmp_path / "none")
    safetensors.numpy.save_file({"x": np.zeros(3, np.float32)}, tmp_path / "weights", {"format": "other"})
    with pytest.raises(BadInput, match="“weights”"):
        Trajectory.load(tmp_path / "weights")


def test_a_disk_that_fills_up_on_the_way_keeps_the_steps_before(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """A term that comes late finds no room: what was recorded is still there, and can be saved."""
    run = Trajectory(SHAPE, TOTAL, budget=0, folder=tmp_path)
    for i in range(3):
        run.append(step(i, guided=False))
    files = sorted(tmp_path.iterdir())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(trajectory, "reserve", full)
        with pytest.raises(DiskFull, match="disk is full"):
            run.append(step(3))
    assert sorted(tmp_path.iterdir()) == files
    assert len(run) == 3
    assert all(same(run, i) for i in range(3))
    run.save(tmp_path / "saved.safetensors")
    assert len(Trajectory.load(tmp_path / "saved.safetensors")) == 3


def test_a_full_disk_is_told_before_the_run_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(DiskFull, match="disk is full"):
        Trajectory(SHAPE, TOTAL, budget=0, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_reading_while_writing_sees_whole_steps() -> None:
    total = 200
    run, wrong = Trajectory(SHAPE, total), list[int]()

    def read() -> None:
        while not run.complete:
            i = run.last
            if i >= 0 and not np.array_equal(run.x(i), step(i, total).x.numpy()):
                wrong.append(i)
            assert set(run.terms) <= {"prior"}

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(total + 1):
        run.append(step(i, total), {f"curve{i % 50}": 1.0})
    reader.join()
    assert not wrong


def test_of_a_crowd_the_mean_size_of_each_term_is_kept(tmp_path: Path) -> None:
    """Ten thousand norms at every step would take more than the states."""
    count = CROWD + 1
    run, x = Trajectory((count, 2), 1), torch.zeros(count, 2)
    run.append(Step(0, 1, 1.0, x, x, 1, {"prior": torch.arange(count).double()}))
    assert run.terms["prior"].shape == (1, 1)
    assert float(run.terms["prior"][0, 0]) == pytest.approx((count - 1) / 2)
    run.save(tmp_path / "steps")
    branch = Trajectory((count, 2), 1)
    branch.prepend(Trajectory.load(tmp_path / "steps"), 1)
    np.testing.assert_array_equal(branch.terms["prior"], run.terms["prior"])
