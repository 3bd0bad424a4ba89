"""The history of a canvas: without an end, and with a bound on memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.mask_canvas import MaskCanvas
from widgets.undo_store import UndoStore


def test_the_oldest_goes_to_the_file_and_comes_back(tmp_path: Path) -> None:
    store = UndoStore(budget=250)
    store.folder = tmp_path
    kept = [store.keep(bytes([k]) * 100) for k in range(10)]
    assert store.nbytes <= 250
    assert [k.filed for k in kept] == [True] * 8 + [False] * 2
    assert [k.read() for k in kept] == [bytes([k]) * 100 for k in range(10)]


def test_what_nobody_needs_any_more_takes_nothing(tmp_path: Path) -> None:
    """Neither memory nor, once all of it is gone, the file."""
    store = UndoStore(budget=100)
    store.folder = tmp_path
    kept = [store.keep(b"x" * 80) for _ in range(3)]
    assert store.filed == 160
    kept.clear()
    assert store.nbytes == 0
    last = store.keep(b"y")
    assert store.filed == 0
    assert last.read() == b"y"


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    store = UndoStore(budget=100)
    store.folder = tmp_path / "missing"
    kept = [store.keep(bytes([k]) * 80) for k in range(3)]
    assert [k.read() for k in kept] == [bytes([k]) * 80 for k in range(3)]


@pytest.fixture
def small(canvas: MaskCanvas, tmp_path: Path) -> MaskCanvas:
    """The canvas with room for a few strokes in memory."""
    canvas.undo_store = UndoStore(budget=20_000)
    canvas.undo_store.folder = tmp_path
    return canvas


def test_a_long_history_is_whole_within_the_bound(small: MaskCanvas, picture: np.ndarray, qtbot: QtBot) -> None:
    """Masks and pictures alike, exact to the pixel, all the way back and forth; each swap lies between strokes."""
    noise = np.random.default_rng(0)
    states = list[tuple[np.ndarray, bytes]]()

    def state() -> tuple[np.ndarray, bytes]:
        assert small.image is not None
        return small.mask_pixels(), bytes(small.image.constBits())

    for k in range(30):
        states.append(state())
        if k % 5 == 4:
            small.replace(noise.integers(0, 255, picture.shape, dtype=np.uint8), None, "Open picture")
        else:
            small.set_mask(noise.integers(0, 255, picture.shape[:2], dtype=np.uint8))
        # the newest, however large, stays in memory
        assert small.undo_store.nbytes <= 20_000 + 4 * picture.shape[0] * picture.shape[1]
    last = state()
    for expected in reversed(states):
        small.undo_stack.undo()
        for found, known in zip(state(), expected, strict=True):
            assert np.array_equal(found, known)
    for _ in states:
        small.undo_stack.redo()
    assert np.array_equal(state()[0], last[0])
    assert state()[1] == last[1]
    assert not small.undo_stack.canRedo()
    del qtbot


def test_a_picture_aside_gives_its_memory_back(small: MaskCanvas, picture: np.ndarray) -> None:
    """Only what undo needs of it is kept, in the store."""
    before = small.layer
    assert before is not None
    small.replace(255 - picture, None, "Open picture")
    assert before.pixels.size == 0
    small.undo_stack.undo()
    assert before.pixels.shape == picture.shape[:2]
