"""A run of a large picture: packed and checked beside the window, once, and told of meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.modalities import image
from engines.modalities.image import read_image
from engines.recipe import Recipe
from tests.journeys.photograph import QUICK, photograph
from tests.journeys.test_images import SOON, fill, finished
from tests.journeys.window import Window
from widgets.drawing.pixmaps import from_qimage
from workbench import weight
from workbench.controllers.which import Attached, Opened

Opener = Callable[..., Window]
WIDTH, HEIGHT = 600, 400


class Packed:
    """Stands in for what packs pictures: only when it is let, and never on the window's thread."""

    def __init__(self) -> None:
        self.go, self.shapes, self.real = threading.Event(), list[tuple[int, ...]](), image.png_bytes

    def __call__(self, pixels: np.ndarray, *rest: object, **named: object) -> bytes:
        if pixels.shape[:2] == (HEIGHT, WIDTH) and named:  # not the results
            assert threading.get_ident() != threading.main_thread().ident
            assert self.go.wait(60)
            self.shapes.append(pixels.shape)
        return self.real(pixels, *rest, **named)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Packed]:
    """What packs pictures, held up until the test lets it."""
    made = Packed()
    monkeypatch.setattr(image, "png_bytes", made)
    yield made
    made.go.set()


@pytest.fixture
def window(opened: Opener, tmp_path: Path, packed: Packed, qtbot: QtBot) -> Window:
    """The window with a large photograph in Inpaint, and a hole at its left."""
    del packed
    window = opened()
    window.drop.open(photograph(tmp_path, WIDTH, HEIGHT))
    qtbot.waitUntil(lambda: window.images.input.image is not None, timeout=SOON)
    fill(window, "inpaint", QUICK)
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[100:170, 30:90] = 1
    window.images.input.set_mask(mask)
    return window


def facts(window: Window) -> list[str]:
    """What the lines of the job list say at their right."""
    return [row.facts for row in window.jobs.list.rows]


def test_the_window_goes_on_while_a_run_is_prepared(qtbot: QtBot, window: Window, packed: Packed,
                                                    tmp_path: Path) -> None:
    """Its line is there at once; the second run packs the mask alone; the fill is shown in the whole picture."""
    queue = window.desk.queue
    for run in (1, 2):
        packed.go.clear()
        assert window.runs.start() is None
        assert queue.alive() == []
        assert facts(window) == ["being prepared"]
        assert window.jobs.words == "1 being prepared"
        assert window.status.sentence == "Inpaint, 2 variants is being prepared"
        if run == 1:
            assert window.images.result.empty_text == "Preparing the run …"
        with qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
            packed.go.set()
        finished(qtbot, window)
        qtbot.waitUntil(lambda: facts(window) == [], timeout=SOON)
        files = Recipe.from_json(window.desk.library.recipe(str((added.args or [""])[0]))).files
        own = read_image(tmp_path / "photo.png", 3)
        assert np.array_equal(read_image(files["image.png"], 3), own)
        assert int((read_image(files["mask.png"], 1) > 0).sum()) == 70 * 60
    assert packed.shapes == [(HEIGHT, WIDTH, 1), (HEIGHT, WIDTH, 3)][::-1] + [(HEIGHT, WIDTH, 1)]
    stage = window.desk.stage
    done = [path for kind, path in (stage.live.files if stage.live else ()) if kind == "image"]
    expected = read_image(done[0], 3)

    def whole() -> bool:
        shown = window.images.result.image
        return shown is not None and shown.width() == WIDTH and np.array_equal(from_qimage(shown), expected)

    qtbot.waitUntil(whole, timeout=SOON)


def test_what_is_wrong_is_said_once_it_is_known(qtbot: QtBot, window: Window, packed: Packed) -> None:
    window.images.input.set_mask(np.ones((HEIGHT, WIDTH), np.float32))
    packed.go.set()
    window.runs.start()
    qtbot.waitUntil(lambda: "The mask covers everything" in window.bar.sentence, timeout=SOON)
    assert facts(window) == []
    assert window.desk.library.ids() == []


@pytest.mark.parametrize("action", ["run.cancel", "run.cancel_all"])
def test_a_run_can_be_stopped_while_it_is_prepared(qtbot: QtBot, window: Window, packed: Packed, action: str) -> None:
    """It never comes into the queue, and leaves nothing in the library; what was asked for after it does."""
    window.runs.start()
    window.desk.actions[action].trigger()
    assert facts(window) == []
    assert window.status.sentence.startswith("Inpaint, 2 variants is not prepared any more")
    window.runs.start()
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        packed.go.set()
    assert window.desk.library.ids() == [str((added.args or [""])[0])]
    finished(qtbot, window)


def test_a_stored_fill_is_read_beside_the_window(qtbot: QtBot, window: Window, packed: Packed, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """Its recipe, its picture and its mask; the run is shown once they are there, unless another was asked for."""
    packed.go.set()
    window.runs.start()
    finished(qtbot, window)
    run = window.desk.stage.run
    window.picture.put(Opened.of(np.zeros((9, 9, 1), np.uint8), "another"))
    threads, read = set[int](), Attached.of

    def noted(recipe: Recipe, known: np.ndarray | None) -> Attached:
        threads.add(threading.get_ident())
        return read(recipe, known)

    monkeypatch.setattr(Attached, "of", noted)
    monkeypatch.setattr(weight, "LARGE", 10)
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: window.desk.stage.run == run, timeout=SOON)
    assert np.array_equal(window.picture.pixels, read_image(tmp_path / "photo.png", 3))
    assert int((window.images.input.mask_pixels() > 0).sum()) == 70 * 60
    assert threads
    assert threading.main_thread().ident not in threads
