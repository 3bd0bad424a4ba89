"""The button that leaves words out where there is no room for them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from widgets.controls.fitting_button import FittingButton

WORDS = "Train 1,700 more · about 14 min"


@pytest.mark.parametrize(("less", "shown"), [
    (0, WORDS), (1, "Train 1,700 more · 14 min"), (10_000, "Train 1,700 more")])
def test_a_button_never_cuts_through_its_words(qtbot: QtBot, less: int, shown: str) -> None:
    """All of them are there again once there is room, and always for who asks for the text."""
    button = FittingButton(WORDS)
    qtbot.addWidget(button)
    button.show()
    button.resize(2000, 30)
    whole = button.sizeHint().width()
    button.resize(max(whole - less, 10), 30)
    assert button.shown == shown
    assert (button.text(), button.accessibleName()) == (WORDS, WORDS)
    button.resize(2000, 30)
    assert button.shown == WORDS
