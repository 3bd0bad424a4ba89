"""A panel that floats has an edge of its own, in both themes, and is not touched while it is dragged out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.journeys.window import Window
from widgets.controls.buttons import GlyphButton
from widgets.drawing.theme import LIGHT


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)  # of the offscreen platform
def test_a_floating_panel_has_an_edge_and_a_docked_one_has_none(shared: Window) -> None:
    dock = shared.equation
    for _ in range(2):
        dock.setFloating(True)
        dock.resize(400, 250)
        QApplication.processEvents()
        image, theme = dock.grab().toImage(), shared.look.theme
        corners = [image.pixelColor(x, y) for x in (0, image.width() - 1) for y in (0, image.height() - 1)]
        assert corners == [QColor(theme.text2)] * 4
        assert image.pixelColor(200, 8) == image.pixelColor(200, 240) == QColor(theme.bg1)
        dock.setFloating(False)
        QApplication.processEvents()
        assert dock.grab().toImage().pixelColor(0, 100) != QColor(theme.text2)
        shared.look.switch()


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_a_panel_is_dragged_out_by_its_title(shared: Window) -> None:
    """It follows the pointer to where it is let go; whoever sets its “floating” amid that ends the drag, or crashes."""
    dock = shared.jobs
    title = dock.titleBarWidget()
    grip = title.mapTo(dock, title.rect().center())
    start, far = dock.mapToGlobal(grip), dock.mapToGlobal(grip) - QPoint(300, 200)
    for kind, place in ((QEvent.Type.MouseButtonPress, start), (QEvent.Type.MouseMove, start - QPoint(30, 20)),
                        (QEvent.Type.MouseMove, far - QPoint(1, 1)), (QEvent.Type.MouseMove, far),
                        (QEvent.Type.MouseButtonRelease, far)):
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        QApplication.sendEvent(dock, QMouseEvent(kind, QPointF(dock.mapFromGlobal(place)), QPointF(place), button,
                                                 held, Qt.KeyboardModifier.NoModifier))
        QApplication.processEvents()
    assert dock.isFloating()
    moved = dock.mapToGlobal(grip) - far
    assert moved.manhattanLength() < 60
    dock.setFloating(False)
    QApplication.processEvents()


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_floating_panels_come_to_the_front_with_the_window(shared: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the last session are shown before the window, which would hide them."""
    raised = list[str]()
    for dock in (shared.jobs, shared.plots):
        monkeypatch.setattr(dock, "raise_", lambda dock=dock: raised.append(dock.windowTitle()))
    shared.jobs.setFloating(True)
    QApplication.sendEvent(shared, QEvent(QEvent.Type.WindowActivate))
    assert raised[-1:] == ["Jobs"]
    shared.jobs.move(-150, 40)  # by the user, who may have it there
    place = shared.jobs.geometry()
    QApplication.sendEvent(shared, QEvent(QEvent.Type.WindowActivate))
    assert shared.jobs.geometry() == place
    assert "Plots" not in raised
    shared.jobs.setFloating(False)


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_panel_that_was_taken_out_has_the_keyboard_in_its_content(shared: Window) -> None:
    """And not on the button that closes it, where a space bar would."""
    dock = shared.jobs
    shared.look.use(LIGHT)
    dock.setFloating(True)
    dock.activateWindow()
    QApplication.processEvents()
    assert dock.focusWidget() is dock.widget()
    assert QApplication.focusWidget() is dock.widget()
    close = next(b for b in dock.findChildren(GlyphButton) if b.toolTip().startswith("Close jobs"))
    assert close.isVisible()
    icon = close.grab().toImage()
    shared.look.use(shared.look.theme)  # what is made late has not the colours of the theme yet
    assert close.grab().toImage() == icon
    dock.setFloating(False)
    QApplication.processEvents()
