"""What models are, looked up once by whatever name a recipe has for them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from engines import model_list
from tests.workbench.train_desk import TrainWindow
from workbench.controllers.captions import Captions
from workbench.library.library import Library
from workbench.library.records import NewRun
from workbench.running.jobs import JobQueue, LiveRun


def test_a_model_is_looked_up_once(qtbot: QtBot, library: Library, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the models change; nobody knows any before the engines are there, and one that is gone is None."""
    queue = JobQueue(library)
    window = TrainWindow(library, queue)
    qtbot.addWidget(window)
    specs, whole, asked = window.desk.models, model_list.known_model, list[str]()

    def known_model(name: str, *where: object) -> object:
        asked.append(name)
        return whole(name, *where)  # pyright: ignore

    monkeypatch.setattr(model_list, "known_model", known_model)
    assert specs.find("digits") is None
    with qtbot.waitSignal(queue.ready):
        queue.start()
    first = specs.find("digits")
    assert first is not None
    assert first.classes == tuple("0123456789")
    assert specs.find("digits") is first
    assert specs.find("gone") is None
    assert specs.find("gone") is None
    assert specs.find("") is None
    assert asked == ["digits", "gone"]
    window.desk.models_changed()
    specs.find("digits")
    assert asked == ["digits", "gone", "digits"]
    run = library.add(NewRun("a", "A", "generate", "{}", {"model": "digits"}))
    live, captions = LiveRun(run.id), Captions(window.desk)
    live.opened = SimpleNamespace(labels=(1, -1), seeds=(5, 6), captions=())  # pyright: ignore[reportAttributeAccessIssue]
    assert captions.of(live) == ["1 · seed 5", "seed 6"]
    other = SimpleNamespace(spec=SimpleNamespace(classes=("a", "b")))
    monkeypatch.setattr(model_list, "known_model", lambda *_: other)
    assert captions.of(live) == ["1 · seed 5", "seed 6"]
    window.desk.models_changed()
    assert captions.of(live) == ["b · seed 5", "seed 6"]
    window.shut()
    queue.close()
