"""Formula label: one formula, typeset in the colours of the theme, no wider than there is room."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from widgets.drawing.painted import Painted
from widgets.drawing.theme import Theme
from widgets.formulas.formula import plain_latex, spoken, svg

SMALLEST = 0.5  # of its size: smaller indices could not be read, so a formula wider than that is cut


class FormulaLabel(Painted):
    """A formula that can be copied as LaTeX. It has no signals.

    Args:
        title: what it is, for screen readers; formula: LaTeX.
    """

    def __init__(self, title: str, formula: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(f"{title}: {spoken(formula)}", parent)
        self.formula, self.theme = formula, theme
        self._drawing = QSvgRenderer(QByteArray(svg(formula, theme)))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(spoken(formula))

    def set_theme(self, theme: Theme) -> None:
        """Typeset again in the colours of a theme."""
        self._drawing = QSvgRenderer(QByteArray(svg(self.formula, theme)))
        super().set_theme(theme)

    def heightForWidth(self, width: int) -> int:
        return round(self._drawing.defaultSize().height() * self._share(width))

    def sizeHint(self) -> QSize:
        return self._drawing.defaultSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        size, share = self._drawing.defaultSize(), self._share(self.width())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.theme.bg1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._drawing.render(painter, QRectF(0, 0, size.width() * share, size.height() * share))
            self.draw_focus(painter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_latex()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as LaTeX", self.copy_latex)
        menu.addAction("Copy as text", lambda: QGuiApplication.clipboard().setText(spoken(self.formula)))
        menu.popup(event.globalPos())

    def copy_latex(self) -> None:
        """Put the formula on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(plain_latex(self.formula))

    def _share(self, width: int) -> float:
        """Of its size, so that it fits a width."""
        return min(1.0, max(SMALLEST, width / max(1, self._drawing.defaultSize().width())))
