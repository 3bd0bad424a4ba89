"""The command palette finds any run of the library, however old."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from workbench.controllers.help import NEWEST
from workbench.library.records import NewRun, State


def test_an_old_run_is_found_by_its_title_and_by_what_made_it(qtbot: QtBot, opened: Opener) -> None:
    """Behind more runs than the palette has at hand; with the words of the library's filter, too."""
    window = opened()
    library = window.desk.library
    for k in range(NEWEST + 1):
        options = {"seed": 4711 if k == 0 else 1}
        library.add(NewRun(f"r{k}", "Quiet harbour" if k == 0 else f"Run {k}", "generate",
                           json.dumps({"options": options}), options))
        library.set_state(f"r{k}", State.DONE)
    window.help.open_palette()
    field = window.help.palette.findChild(QLineEdit)
    assert field is not None
    for words in ("quiet harb", "seed:4711"):
        chosen = list[str]()
        window.help.palette.chosen.disconnect()
        window.help.palette.chosen.connect(chosen.append)
        window.help.open_palette()
        field.setText(words)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert chosen == ["run:r0"], words
