"""Captions of panels stay apart when they are shortened."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from widgets.controls.badge import Badge
from widgets.drawing.fonts import words
from widgets.drawing.telling import telling

TITLES = ("60 steps, DDIM, VP-cosine, spacing uniform", "10 steps, Heun, VP-cosine, spacing log-SNR",
          "10 steps, Heun, VE, spacing log-SNR", "10 steps, Heun, VE, spacing log-SNR, on a ring")


def shortened(letters: int) -> list[str]:
    """All titles in so many letters."""
    return [telling(title, TITLES, lambda text: len(text) <= letters) for title in TITLES]


def test_what_most_captions_share_goes_first() -> None:
    assert shortened(99) == list(TITLES)
    assert shortened(22) == ["60 steps, DDIM", "10 steps, VP-cosine", "10 steps, Heun, VE",
                             "VE, on a ring"]


def test_what_comes_first_is_written_large_again() -> None:
    told = [telling(title, titles, lambda text: len(text) < 13) for titles in [("DDPM, eta 0.5", "DDPM, eta 0.2")]
            for title in titles]
    assert told == ["Eta 0.5", "Eta 0.2"]


def test_shortened_captions_stay_apart() -> None:
    for letters in range(12, 50):
        assert len(set(shortened(letters))) == len(TITLES), f"{letters}: {shortened(letters)}"


def test_a_caption_alone_keeps_its_parts() -> None:
    assert telling("x_t · step 3 of 10", (), lambda text: False) == "x_t · step 3 of 10"
    assert telling("DDIM · step 3", ("DDIM · step 3", "Heun"), lambda text: len(text) < 8) == "DDIM"


def test_a_badge_leaves_out_what_its_neighbours_say_too(qtbot: QtBot) -> None:
    font, room = words(11), 170.0
    whole = [Badge(title, flat=True).size(font, room) for title in TITLES[1:3]]
    told = [Badge(title, flat=True, among=TITLES).box(QRectF(0, 0, room, 40), font).width() for title in TITLES[1:3]]
    assert all(width <= room for width in told)
    assert told[0] != told[1], f"they read the same: {whole}, {told}"
