"""Work beside the window, and what the engine thread survives."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engines.data.folder import list_folder
from engines.errors import BadCheckpoint, BadData
from tests.engines.small import save_small
from workbench.background import LARGE, Background
from workbench.running.jobs import JobQueue
from workbench.steering.drop import take_model

SOON = 120_000


def test_an_error_in_a_call_does_not_end_the_engine_thread(qtbot: QtBot, queue: JobQueue) -> None:
    """It becomes a sentence, which does not say that there are no engines, and the next call is done."""
    told, done = list[str](), threading.Event()
    queue.told.connect(told.append)
    queue.unavailable.connect(lambda _sentence: pytest.fail("the engines are there"))

    def broken() -> None:
        raise RuntimeError("no such thing")

    queue.call(broken)
    queue.call(done.set)
    qtbot.waitUntil(lambda: done.is_set() and bool(told), timeout=SOON)
    assert "no such thing" in told[0]


def test_no_sentence_of_the_engine_hides_another(qtbot: QtBot, queue: JobQueue) -> None:
    """Those that come while the window is busy come together, each once."""
    told = list[str]()
    queue.told.connect(told.append)
    for sentence in ("One thing.", "Another.", "One thing."):
        queue._notices.told(sentence)
    qtbot.waitUntil(lambda: bool(told), timeout=SOON)
    assert told == ["One thing. Another."]


def test_small_files_are_read_at_once_and_large_ones_beside_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    """Nobody waits for a large file, and an error in it is told."""
    background, here = Background(), threading.get_ident()
    found, told = list[int](), list[str]()
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"1")
    large.write_bytes(bytes(LARGE + 1))

    def refuse() -> int:
        raise BadData("Not this one.")

    background.read(small, lambda: threading.get_ident(), found.append, told.append)
    assert found == [here]
    background.read(large, lambda: threading.get_ident(), found.append, told.append)
    qtbot.waitUntil(lambda: len(found) == 2, timeout=SOON)
    assert found[1] != here
    background.read(large, refuse, found.append, told.append)
    qtbot.waitUntil(lambda: told == ["Not this one."], timeout=SOON)
    background.close()


def test_nothing_is_told_once_closed_and_a_listing_is_given_up(qtbot: QtBot, tmp_path: Path) -> None:
    """Closing waits for what is being written, and not for a folder without end."""
    background, told = Background(), list[object]()
    for k in range(3):
        (tmp_path / f"{k}.png").touch()
    started = threading.Event()

    def listed() -> object:
        started.set()
        while True:
            list_folder(tmp_path, lambda: not background.closed)

    background.do(listed, told.append, told.append)
    assert started.wait(SOON / 1000)
    background.close()
    assert not background.busy
    assert not told


def test_a_model_of_a_taken_name_gets_a_free_one(tmp_path: Path) -> None:
    """Another model of the same name stays as it is; the same one is not copied twice; a cut one is refused."""
    models, own, other = (tmp_path / name for name in ("models", "own", "other"))
    for folder in (models, own, other):
        folder.mkdir()
    first, second = save_small(own), save_small(other, classes=("x", "y"))
    assert take_model(first, models, [models]) == "tiny"
    kept = (models / "tiny.safetensors").read_bytes()
    assert take_model(second, models, [models]) == "tiny-2"
    assert take_model(second, models, [models]) == "tiny-2"
    assert (models / "tiny.safetensors").read_bytes() == kept
    assert (models / "tiny-2.safetensors").read_bytes() == second.read_bytes()
    assert take_model(models / "tiny.safetensors", models, [models]) == "tiny"
    second.write_bytes(kept[:-100])
    with pytest.raises(BadCheckpoint):
        take_model(second, models, [models])
    assert len(list(models.iterdir())) == 2


def test_thousands_of_results_come_back(qtbot: QtBot) -> None:
    """A sender deleted while its thread was still in its signal brought the process down within a few thousand."""
    heard, each = list[int](), range(60)
    for _ in range(50):
        background, due = Background(), len(heard) + len(each)
        for k in each:
            background.do(lambda k=k: k, heard.append, heard.append)
        qtbot.waitUntil(lambda due=due: len(heard) == due, timeout=SOON)
        assert not background.busy
        background.close()
    assert sorted(heard) == sorted(list(each) * 50)
