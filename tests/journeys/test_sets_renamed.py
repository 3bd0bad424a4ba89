"""Own points go on being called what they are kept as, whatever becomes of the sets in the Data list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import offered, turned
from tests.journeys.test_point_sets import row_key, taken
from workbench.background import LARGE, Background


def test_another_set_that_is_given_the_name_of_a_removed_one_is_offered_beside_it(qtbot: QtBot, opened: Opener,
                                                                                  tmp_path: Path) -> None:
    window = opened()
    data = turned(window, qtbot).data
    taken(window, qtbot, tmp_path, "line.csv", "1\n2\n4\n")
    taken(window, qtbot, tmp_path)
    window.data_list.delete_asked.emit([row_key(window, "mine")])
    window.data_list.renamed.emit(row_key(window, "line"), "mine")
    assert data.values is not None
    assert data.values.shape == (60, 2)
    assert list(offered(window, "data.file").values()) == ["mine (not kept yet)", "mine"]


def test_a_large_set_that_is_renamed_is_offered_under_its_new_name_alone(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                                         ) -> None:
    window = opened()
    data = turned(window, qtbot).data
    taken(window, qtbot, tmp_path, text="\n".join(f"{k % 7},{k / 100}" for k in range(LARGE // 16 + 1)))
    qtbot.waitUntil(lambda: data.called == "mine", timeout=SOON)
    window.data_list.renamed.emit(row_key(window, "mine"), "yours")
    assert list(offered(window, "data.file").values()) == ["yours"]
    assert data.called == "yours"
    window.desk.actions["edit.undo"].trigger()
    assert list(offered(window, "data.file").values()) == ["mine"]


def test_a_set_that_is_renamed_while_it_is_looked_for_is_called_by_its_new_name(
        qtbot: QtBot, opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    data, found = turned(window, qtbot).data, list[Callable[[], object]]()
    taken(window, qtbot, tmp_path)
    taken(window, qtbot, tmp_path, "line.csv", "1\n2\n4\n")

    def held(_self: Background, _long: bool, work: Callable[[], Any], done: Callable[[Any], object],
             _failed: object) -> None:
        result = work()
        found.append(lambda: done(result))

    with monkeypatch.context() as patch:
        patch.setattr(Background, "either", held)
        window.desk.actions["edit.undo"].trigger()
        window.data_list.renamed.emit(row_key(window, "mine"), "yours")
    for tell in found:
        tell()
    assert data.called == "yours"
