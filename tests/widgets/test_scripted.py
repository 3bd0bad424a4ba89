"""Indices and exponents are set small in titles, legends and tables."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QRawFont

from widgets.drawing.resources import resource
from widgets.drawing.scripted import HIGH, LOW, scripted


@pytest.mark.parametrize(("plain", "small"), [
    ("p(y | x_t)", "p(y | xₜ)"), ("L_0 and L_n", "L₀ and Lₙ"), ("q(x_(n−1) | x_n, x_0)", "q(xₙ₋₁ | xₙ, x₀)"),
    ("x̂_0", "x̂₀"), ("DDIM d^0.71, Heun d^-2", "DDIM d⁰·⁷¹, Heun d⁻²"), ("my_file", "my_file"), ("L_T", "L_T"),
    ("e^(-t)", "e^(-t)"), ("2^10", "2¹⁰")])
def test_what_has_a_small_sign_gets_it(plain: str, small: str) -> None:
    assert scripted(plain) == small


@pytest.mark.usefixtures("qapp")
def test_the_font_of_words_has_every_sign() -> None:
    font = QRawFont(str(resource("fonts/Inter-Regular.otf")), 12)
    assert all(font.supportsCharacter(ord(sign)) for sign in [*LOW.values(), *HIGH.values()])
