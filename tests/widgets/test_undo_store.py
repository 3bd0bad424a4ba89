"""The history of a canvas: without an end, and with a bound on memory."""

from __future__ import annotations

import errno
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.masks.canvas import MaskCanvas
from widgets.masks.history import NotKept, PaintCommand, step_back, step_on
from widgets.masks.layer import Change, MaskLayer
from widgets.masks.shapes import Box
from widgets.masks.undo_store import Kept, UndoStore

ROOT = Path(__file__).resolve().parents[2]


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


def test_a_stroke_keeps_its_pixels_packed_only() -> None:
    layer, store = MaskLayer(8, 8), UndoStore()
    before, box = np.ones((8, 8), np.uint8), Box(0, 0, 8, 8)
    raw = weakref.ref(before)
    stroke = PaintCommand("Paint", layer, Change(box, before, np.zeros((8, 8), np.uint8)), store, lambda _box: None)
    del before
    assert raw() is None
    stroke.undo()
    assert layer.pixels.all()


def test_without_a_folder_nothing_is_lost(tmp_path: Path) -> None:
    store = UndoStore(budget=100)
    store.folder = tmp_path / "missing"
    kept = [store.keep(bytes([k]) * 80) for k in range(3)]
    assert [k.read() for k in kept] == [bytes([k]) * 80 for k in range(3)]


FULL = """
import resource, sys
from pathlib import Path
from widgets.masks.undo_store import UndoStore
store = UndoStore(budget=100)
store.folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 5000))
kept = [store.keep(bytes([k]) * 300) for k in range(7)]
print([k.filed for k in kept].count(True), store.filed, [k.read() == bytes([i]) * 300 for i, k in enumerate(kept)])
kept[:2] = []
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
kept.append(store.keep(bytes([7]) * 300))
print(store.filed, [k.read() == bytes([i]) * 300 for i, k in enumerate(kept, 2)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """What lies in the file stays readable, what finds no room stays in memory, and later there may be room again."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.stderr == ""
    first, then = done.stdout.splitlines()
    assert first == f"3 900 {[True] * 7}"  # the half of the fourth that found room is given back
    assert then == f"2100 {[True] * 6}"


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


def test_a_disk_that_gives_nothing_back_leaves_all_as_it_is(
        small: MaskCanvas, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the canvas nor its place in the history moves; once the disk gives it again, undo goes on from there."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    states = list[np.ndarray]()
    for k in range(3):
        states.append(small.mask_pixels())
        small.set_mask(mask + 40 * k + 40)
    small.replace(255 - picture, None, "Open picture")
    told = list[str]()
    small.not_kept.connect(told.append)

    def refuse(_kept: Kept) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    for k in range(4):  # the picture first, then strokes
        place, shown, now = small.undo_stack.index(), small.image, small.mask_pixels()
        with monkeypatch.context() as broken:
            broken.setattr(Kept, "read", refuse)
            with pytest.raises(NotKept, match="Nothing was undone: .* \\(Input/output error\\); try again."):
                step_back(small.undo_stack)
            QTest.keySequence(small, QKeySequence.StandardKey.Undo)
        assert (small.undo_stack.index(), small.image, len(told)) == (place, shown, k + 1)
        assert np.array_equal(small.mask_pixels(), now)
        step_back(small.undo_stack)
        if k:
            assert np.array_equal(small.mask_pixels(), states[3 - k])
    with monkeypatch.context() as broken:
        broken.setattr(Kept, "read", refuse)
        with pytest.raises(NotKept, match="Nothing was redone"):
            step_on(small.undo_stack)
    assert small.undo_stack.index() == 0
    for _ in range(3):
        step_on(small.undo_stack)
    assert np.array_equal(small.mask_pixels(), mask + 120)


def test_another_picture_below_survives_undo_and_redo(small: MaskCanvas, picture: np.ndarray) -> None:
    """The paint of a document goes to rest with the picture that it lies on now."""
    small.replace(255 - picture, None, "Open picture")
    small.set_mask(np.full(picture.shape[:2], 9, np.uint8))
    small.set_image(picture // 2)
    small.undo_stack.undo()
    small.undo_stack.undo()
    small.undo_stack.redo()
    assert small.image is not None
    assert small.image.pixelColor(0, 0).red() == 20
    assert small.mask_pixels().shape == picture.shape[:2]
    small.undo_stack.redo()
    assert small.mask_pixels().min() == 9
