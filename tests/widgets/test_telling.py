"""Captions of panels stay apart when they are shortened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from widgets.controls.badge import Badge
from widgets.drawing.fonts import words
from widgets.drawing.telling import squeezed, telling
from widgets.lists.claim_table import ClaimRow, ClaimTable
from widgets.lists.squeezing import SqueezedColumn

TITLES = ("60 steps, DDIM, VP-cosine, spacing uniform", "10 steps, Heun, VP-cosine, spacing log-SNR",
          "10 steps, Heun, VE, spacing log-SNR", "10 steps, Heun, VE, spacing log-SNR, on a ring")
CLAIMS = [f"{path}, {what}" for path in ("Straight", "VP-linear") for what in
          (*(f"inversion by {name}: order of convergence" for name in ("DDIM", "Heun", "DPM-Solver-2")),
           *(f"gradient of implicit matching by random signs is that of explicit at t = {t}" for t in (0.5, 0.8)))]


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


def test_sentences_keep_the_words_that_tell_them_apart() -> None:
    told = [squeezed(claim, CLAIMS, lambda text: len(text) <= 38) for claim in CLAIMS]
    assert told[1] == "Straight, … Heun: order of convergence"
    assert len(set(told)) == len(CLAIMS)
    assert all(len(text) <= 38 for text in told)
    assert squeezed(CLAIMS[0], CLAIMS, lambda text: True) == CLAIMS[0]


def test_rows_of_claims_read_differently_and_have_their_names_in_full_under_the_pointer(qtbot: QtBot) -> None:
    table = ClaimTable()
    qtbot.addWidget(table)
    table.set_rows([ClaimRow(claim, "Sampler", claim, "not yet", "–", "1", "0.25") for claim in CLAIMS])
    column, group = table.itemDelegateForColumn(0), table.model().index(0, 0)
    assert isinstance(column, SqueezedColumn)
    rows = [table.model().index(row, 0, group) for row in range(len(CLAIMS))]
    assert len({column.shown(row, 250) for row in rows}) == len(CLAIMS)
    assert any("…" in column.shown(row, 250) for row in rows)
    assert [row.data(Qt.ItemDataRole.ToolTipRole) for row in rows] == CLAIMS
    assert column.shown(group, 10) == table.headings[0]


BOUNDS = [f"{path}: {what}" for path in ("straight", "vp-linear") for what in (
    "log p = ELBO + KL with beta-tilde", "log p = ELBO + KL with a learned variance",
    "how far the bound of a mixture is below −log p", "how far the bound of images is below their entropy",
    "gap of the bound left by four times as many steps", "gap of the bound of images left by four times as many steps")]


@pytest.mark.parametrize("letters", range(30, 46))
def test_what_is_left_of_a_sentence_begins_as_it_does_and_reads_as_words(letters: int) -> None:
    for claim in BOUNDS:
        told = squeezed(claim, BOUNDS, lambda text: len(text) <= letters)
        assert told.split(" ")[0] == claim.split(" ")[0], "what it is of stays at the beginning"
        assert all(word in {*claim.split(" "), "…"} for word in told.split(" ")), "cut between words"
        assert len(told) <= letters


def test_a_bracket_is_not_torn_where_another_gap_does() -> None:
    claims = [f"dpm++2m (fresh noise): {what} of Gaussian samples" for what in ("mean", "covariance")]
    told = [squeezed(claims[0], claims, lambda text, most=most: len(text) <= most) for most in (30, 34, 38, 44)]
    assert all(text.count("(") == text.count(")") for text in told), told
