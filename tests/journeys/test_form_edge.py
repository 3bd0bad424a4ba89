"""Where the options scroll, the edge above the buttons cuts none of them in two."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from tests.journeys.window import Window
from widgets.option_rows import FormRow


@pytest.mark.parametrize("task", ["generate", "inpaint", "edit", "noise", "train"])
def test_no_option_is_cut_in_two(shared: Window, task: str) -> None:
    """In windows of any height, at the top of the form."""
    shared.navigator.choose_task(task)
    area = shared.panel.findChildren(QScrollArea)[0]
    form = shared.panel.forms[task]
    for height in range(700, 960, 13):
        shared.resize(1280, height)
        for _ in range(5):
            QApplication.processEvents()
        edge = area.viewport().height()
        for row in form.findChildren(FormRow):
            if row.editor.isVisibleTo(form):
                top = row.editor.mapTo(area.viewport(), row.editor.rect().topLeft()).y()
                assert not top < edge < top + row.editor.height(), (row.spec.name, height)
