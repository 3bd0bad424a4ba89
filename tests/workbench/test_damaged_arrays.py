"""Files of arrays that a run left, damaged: cut anywhere or with a byte turned, they read as if not there."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.context import Start
from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import stopped_midway, straight, wait
from workbench.library.library import Library
from workbench.running.arrays_file import read_arrays
from workbench.running.jobs import JobQueue
from workbench.running.mailbox import History
from workbench.running.run_files import HISTORY, RESUME, load_point, save_point
from workbench.running.samples_file import SAMPLES, load_samples, save_samples

NOISE = np.random.default_rng(0).standard_normal((2, 1, 8, 8)).astype(np.float32)


def history() -> History:
    """A course with something of everything."""
    made = History()
    made.began = 3
    for step in range(1, 5):
        made.trained.add(step, 4, 1 / step, 0.1, 2.0, 3.0, 0.5 * step)
    made.validate(4, 0.5, np.arange(3.0), np.arange(3.0))
    made.preview(4, NOISE.clip(-1, 1))
    return made


def loaded(file: Path) -> History:
    made = History()
    made.load(file)
    return made


def turned(data: bytes, place: int) -> bytes:
    """The file with one byte turned."""
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1:]


def damages(data: bytes) -> list[bytes]:
    """The file cut at every seventh byte, and with every third byte turned."""
    return [data[:k] for k in range(0, len(data), 7)] + [turned(data, k) for k in range(0, len(data), 3)]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_file_is_read_right_or_not_at_all(tmp_path: Path, save: Callable[..., None]) -> None:
    """Whatever is broken, no array is wrong and nothing is raised."""
    out, file = io.BytesIO(), tmp_path / "file.npz"
    save(out, index=3, x=NOISE)
    for data in damages(out.getvalue()):
        file.write_bytes(data)
        for name, found in read_arrays(file).items():
            assert np.array_equal(found, {"index": np.array(3), "x": NOISE}[name])
    file.write_bytes(out.getvalue())
    assert read_arrays(file).keys() == {"index", "x"}
    assert read_arrays(tmp_path / "none.npz") == {}


def test_a_damaged_history_is_whole_or_empty(tmp_path: Path) -> None:
    """Never half of one: curves without their previews would look as if there had been none."""
    file = tmp_path / HISTORY
    history().save(file)
    whole = loaded(file)
    assert (len(whole.trained), len(whole.validated), whole.preview_steps, whole.began) == (4, 1, (4,), 3)
    for data in damages(file.read_bytes()):
        file.write_bytes(data)
        found = loaded(file)
        assert (len(found.trained), len(found.validated), found.preview_steps) in {(4, 1, (4,)), (0, 0, ())}


def test_damaged_samples_and_points_are_none(tmp_path: Path) -> None:
    save_samples(tmp_path, NOISE)
    save_point(tmp_path, Start(3, NOISE))
    for name, load in ((SAMPLES, load_samples), (RESUME, load_point)):
        file = tmp_path / name
        data = file.read_bytes()
        assert load(tmp_path) is not None
        place = data.index(NOISE.tobytes())
        for damaged in (data[:200], data[:-30], turned(data, place)):
            file.write_bytes(damaged)
            assert load(tmp_path) is None


def test_damaged_curves_do_not_stop_a_resume(qtbot: QtBot, library: Library, queue: JobQueue, gate: Gate) -> None:
    """A cut file is no archive any more; a turned byte breaks its stream: the run goes on with new curves."""
    job = stopped_midway(qtbot, queue, gate)
    file = library.folder(job.id) / HISTORY
    history().save(file)
    file.write_bytes(file.read_bytes()[:200])
    queue.resume(job.id)
    wait(qtbot, queue, job)
    live = queue.live(job.id)
    assert live is not None
    assert live.sha256 == straight()
