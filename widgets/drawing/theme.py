"""The colours of the program; no colour is written anywhere else.

The four term colours mean the same thing in formulas, bars, curves and on the
canvas. They differ in lightness as well as in hue, for colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache, lru_cache
from typing import Protocol, cast, runtime_checkable

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from widgets.drawing.icons import icon_file
from widgets.drawing.resources import resource

Role = QPalette.ColorRole


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours as "#RRGGBB".

    bg0 is the canvas, bg1 docks and bars, bg2 fields, bg3 hover and tracks; `line`
    draws hairlines; `text2` is secondary words; the rest is named after what it marks.
    """

    name: str
    bg0: str
    bg1: str
    bg2: str
    bg3: str
    line: str
    text: str
    text2: str
    accent: str
    prior: str
    likelihood: str
    noise: str
    guidance: str
    good: str
    warn: str

    @property
    def dark(self) -> bool:
        """Whether words are lighter than the ground."""
        return luminance(self.text) > luminance(self.bg1)

    @property
    def on_accent(self) -> str:
        """The ground or word colour that reads best on the accent."""
        # tried rather than fixed, so that a theme with a pale accent gets dark words on it
        return max((self.bg0, self.bg1, self.text), key=lambda colour: contrast(colour, self.accent))

    @property
    def faint(self) -> str:
        """What cannot be used now: weaker than secondary words, and still to be seen on every ground."""
        return blend(self.bg1, self.text2, 0.6)

    def term(self, name: str) -> str:
        """Colour of a term, state or token by its name; the word colour for an unknown one."""
        return getattr(self, name, self.text) if name in TOKENS else self.text

    def ink(self, name: str, ground: str = "bg2") -> str:
        """The colour of a term, state or token for words on a ground, moved towards the word colour until they read."""
        colour, under = self.term(name), self.term(ground)
        shares = (step / 20 for step in range(21))
        tried = (blend(colour, self.text, share) if share else colour for share in shares)
        return next(ink for ink in tried if contrast(ink, under) >= READABLE)


READABLE = 4.5  # contrast of words, WCAG 2.2 AA
DARK = Theme(
    name="dark", bg0="#131519", bg1="#1A1D22", bg2="#23272E", bg3="#2E343D", line="#31363F",
    text="#E7E9EC", text2="#9BA4B0", accent="#5B9DFF", prior="#5B9DFF", likelihood="#FF9357",
    noise="#A9B1BD", guidance="#C79BFF", good="#4CC38A", warn="#E5B567",
)
LIGHT = Theme(
    name="light", bg0="#E9EBEE", bg1="#FFFFFF", bg2="#F1F3F5", bg3="#E3E7EB", line="#D5DAE0",
    text="#1A1D21", text2="#56606C", accent="#1F6FEB", prior="#1F6FEB", likelihood="#C2470C",
    noise="#6B7280", guidance="#7C3AED", good="#1A7F4B", warn="#9A6700",
)
TOKENS = frozenset(field.name for field in fields(Theme)) - {"name"}
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def luminance(colour: str) -> float:
    """Relative luminance in [0, 1] of "#RRGGBB" (WCAG 2.2)."""
    channels = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    # sRGB made linear, then the weights of the eye's sensitivity
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=512)
def blend(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from the first to the second, share in [0, 1]."""
    a, b = QColor(first), QColor(second)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in pairs)).name()


def stylesheet(theme: Theme) -> str:
    """The style sheet of the standard controls: the one template filled with a theme's colours."""
    text = resource("theme/template.qss").read_text(encoding="utf-8")
    values = {**asdict(theme), "on_accent": theme.on_accent, "faint": theme.faint, "link": theme.ink("accent"),
              "error": theme.ink("likelihood"), "caution": theme.ink("warn"),
              "accent_hover": blend(theme.accent, theme.text, 0.18),
              "chevron": icon_file("chevron-down", theme.text2), "check": icon_file("check", theme.on_accent),
              "menu_check": icon_file("check", theme.text),
              "chevron_right": icon_file("chevron-right", theme.text2), "close": icon_file("x", theme.text2),
              "up": icon_file("chevron-up", theme.text2), "selection": blend(theme.bg1, theme.accent, 0.32)}
    # longest names first, or @text would be put into the middle of @text2
    for key, value in sorted(values.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"@{key}", value)
    return text


def palette(theme: Theme) -> QPalette:
    """The palette of a theme, for what a style sheet does not reach."""
    colours = {
        Role.Window: theme.bg1, Role.WindowText: theme.text, Role.Base: theme.bg1, Role.AlternateBase: theme.bg2,
        Role.Text: theme.text, Role.Button: theme.bg2, Role.ButtonText: theme.text, Role.BrightText: theme.warn,
        Role.ToolTipBase: theme.bg3, Role.ToolTipText: theme.text, Role.PlaceholderText: theme.text2,
        Role.Highlight: theme.accent, Role.HighlightedText: theme.on_accent, Role.Link: theme.accent,
        Role.LinkVisited: theme.guidance, Role.Mid: theme.line, Role.Dark: theme.line, Role.Light: theme.bg3,
        Role.Midlight: theme.bg3, Role.Shadow: theme.bg0, Role.Accent: theme.accent,
    }
    made = QPalette()
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(blend(theme.text2, theme.bg1, 0.4)))
    return made


@runtime_checkable
class Themed(Protocol):
    """A widget that paints itself in a theme's colours."""

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        ...


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole application: palette, style sheet and every widget that has `set_theme`."""
    # taken off first: Qt polishes every widget once for each of its ancestors when one sheet replaces another
    app.setStyleSheet("")
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))
    _dress(app.allWidgets(), theme)


def dress(made: QWidget, theme: Theme) -> None:
    """Give a theme to a widget made after `apply_theme`, and to all in it."""
    _dress((made, *made.findChildren(QWidget)), theme)


def _dress(widgets: Iterable[QWidget], theme: Theme) -> None:
    for widget in widgets:
        if _themed(type(widget)):
            cast(Themed, widget).set_theme(theme)


@cache
def _themed(kind: type[QWidget]) -> bool:
    """Whether widgets of a kind paint themselves; found out once, since a window has thousands of them."""
    return issubclass(kind, Themed)


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set the dynamic properties that the style sheet selects by, e.g. mark(button, primary=True)."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    # Qt looks up the rules for a property only when a widget is polished
    widget.style().unpolish(widget)
    widget.style().polish(widget)
