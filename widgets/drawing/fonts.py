"""The bundled type: Inter for words, JetBrains Mono for live numbers."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QApplication

from widgets.drawing.resources import resource

WORDS = "Inter"
NUMBERS = "JetBrains Mono"
WORD_PIXELS = 13
NUMBER_PIXELS = 12


def install_fonts(app: QApplication) -> None:
    """Register the bundled fonts and make Inter 13 px the font of the application."""
    known = set(QFontDatabase.families())
    # Registering again what the system already has would load every file twice.
    for path in sorted(resource("fonts").glob("*.[ot]tf")):
        if path.stem.split("-")[0] not in {name.replace(" ", "") for name in known}:
            QFontDatabase.addApplicationFont(str(path))
    app.setFont(words())
    for measured in (words_wide, numbers_wide):  # what was measured before was of other fonts
        measured.cache_clear()


def words(pixels: int = WORD_PIXELS, *, bold: bool = False) -> QFont:
    """Font of words; `bold` is the semibold of headings."""
    return QFont(_words(pixels, bold))  # a copy: whoever asks may change it


def figures(pixels: int = WORD_PIXELS) -> QFont:
    """Font of words with numbers among them: its digits are all of one width, so that nothing jitters."""
    font = words(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def numbers(pixels: int = NUMBER_PIXELS) -> QFont:
    """Font of live numbers: every digit has the same width, and no ligatures join signs."""
    return QFont(_numbers(pixels))


# the same few words are fitted at every step of a scrub
@lru_cache(maxsize=4096)
def words_wide(text: str, pixels: int = WORD_PIXELS) -> float:
    """Logical pixels that a line takes in the font of words."""
    return QFontMetricsF(_words(pixels, False)).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def numbers_wide(text: str, pixels: int = NUMBER_PIXELS) -> float:
    """Logical pixels that a line takes in the font of live numbers."""
    return QFontMetricsF(_numbers(pixels)).horizontalAdvance(text)


# painting asks for fonts at every step of a scrub, and Qt takes its time to make one
@lru_cache(maxsize=64)
def _words(pixels: int, bold: bool) -> QFont:
    font = QFont(WORDS)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=64)
def _numbers(pixels: int) -> QFont:
    font = QFont(NUMBERS)
    font.setPixelSize(pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
