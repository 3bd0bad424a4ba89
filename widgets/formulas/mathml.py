r"""LaTeX as MathML that the typesetter sets as TeX would: what its converter leaves amiss is mended on the way."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

HATS = {"\u0302": "\u02c6", "^": "\u02c6"}  # of one width, for those that stretch over a letter
LARGE = frozenset("∑∏")  # they have a size of their own, and their limits stand under and over them
LETTERS = frozenset("∂∇")  # of what follows they stand as near as a letter
SIGNS = frozenset("−+-")
BEFORE = frozenset("=≈≤≥≠←→,;+−(")  # after one of these a sign belongs to what follows it
LIMITS = {"msub": "munder", "msubsup": "munderover"}


def mathml(latex: str, colour: str) -> ElementTree.Element:
    """A formula in a colour, with hats as wide as hats, sums that no bracket outgrows, and signs near their numbers.

    Raises whatever the converter does for LaTeX that it cannot read.
    """
    from ziamath.tex import tex2mml  # imported late, with the typesetter

    root = ElementTree.fromstring(tex2mml(latex).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    root.set("mathcolor", colour)
    for parent in list(root.iter()):
        _mend(parent)
    return root


def _mend(parent: ElementTree.Element) -> None:
    """What stands in one row, index or accent."""
    children = list(parent)
    if parent.tag == "mover" and (accent := HATS.get(_text(children[1]))) is not None:
        # the typesetter stretches an operator over a letter, on and on; a letter it leaves as it is
        children[1].tag, children[1].text = "mi", accent
    if parent.tag in LIMITS and _text(children[0]) in LARGE:
        parent.tag = LIMITS[parent.tag]  # within brackets the converter takes limits for indices
    for before, child in _pairs(children):
        text = _text(child)
        if text in LARGE:
            child.set("stretchy", "false")  # or it has no height while that of a bracket around it is found
        elif text in LETTERS:
            child.set("rspace", "0em")
        elif text in SIGNS and _text(before) in BEFORE:
            child.set("form", "prefix")


def _pairs(children: list[ElementTree.Element]) -> Iterator[tuple[ElementTree.Element | None, ElementTree.Element]]:
    """The operators of a row, each with what stands before it, None for the first."""
    for before, child in zip([None, *children], children, strict=False):
        if child.tag == "mo":
            yield before, child


def _text(element: ElementTree.Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()
