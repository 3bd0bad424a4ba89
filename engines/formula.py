"""Update formulas: LaTeX with coloured terms, and what their letters stand for.

A sampler, guidance, method or path says all of it beside its formula, so that one
with a letter of its own is still one file. Each letter has one meaning in the whole program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Self

# in one order for every run, so that a term keeps its row wherever it is shown
TermName = Literal["prior", "guidance", "likelihood", "noise"]


@dataclass(frozen=True, slots=True)
class Term:
    """One coloured term of an update formula.

    `name` picks the colour and the key in `Step.terms`; `title` is shown beside
    its size, e.g. Term("likelihood", "Known pixels"). The size is the L2 norm of just
    what the formula shows in that colour, so a sampler's formula is written for the
    increment Δx = x_s − x_t, and its terms add up to it.
    """

    name: TermName
    title: str


@dataclass(frozen=True, slots=True)
class Letter:
    r"""A letter of formulas and what it stands for, e.g. Letter(r"\mu", "the mean of the next state").

    Its LaTeX is one word with its hat and, where they make it another letter, its indices: r"\hat x_0", not "x".
    """

    latex: str
    meaning: str


# what every formula may be written with, in the order in which it is explained
COMMON = (
    Letter("x", "the state: data and noise"),
    Letter("t", "the time of this step"),
    Letter("s", "the time of the next step"),
    Letter(r"\hat x_0", "the model’s estimate of the data"),
    Letter("x_0", "the data"),
    Letter(r"\hat\epsilon", "the noise that the model sees in x_t"),
    Letter(r"\epsilon", "the noise, with variance 1"),
    Letter(r"\bar\alpha", "α²: how much of the data’s power is left at a time"),
    Letter(r"\alpha", "how much of the data is left at a time"),
    Letter(r"\sigma", "how much noise there is at a time"),
    Letter("z", "fresh noise, with variance 1"),
)


class Formulated:
    r"""What has an update formula that is shown.

    `formula` is LaTeX in which `\term{prior}{…}` marks a term that `terms` names; `letters` explains
    those of its letters that are not in COMMON, nor in the `letters` of a class it derives from.
    """

    formula: ClassVar[tuple[str, ...]] = ()
    terms: ClassVar[tuple[Term, ...]] = ()
    letters: ClassVar[tuple[Letter, ...]] = ()
    source: ClassVar[str] = ""

    @classmethod
    def own_letters(cls) -> tuple[Letter, ...]:
        """The letters that it and the classes it derives from explain."""
        return tuple(letter for kind in cls.__mro__ for letter in vars(kind).get("letters", ()))

    def lines(self) -> tuple[str, ...]:
        """The formula as its options make it."""
        return self.formula

    def line_letters(self) -> tuple[Letter, ...]:
        """What `lines` are written with, beside the common letters."""
        return self.own_letters()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The formula of what a run works out where no sampler moves it: the loss it lowers, the bound it adds up.

    formula, terms and letters: as in `events.Opened`. figures: by term, the figure of a finished run that it comes to;
    those of a training have a course as well.
    """

    formula: tuple[str, ...]
    terms: tuple[Term, ...] = ()
    letters: tuple[Letter, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, *parts: Formulated, rows: Iterable[tuple[Term, str]] = ()) -> Self | None:
        """The formulas of some parts, one under the other; None where they have none.

        rows: a term of them and the name of its figure.
        """
        lines = tuple(line for part in parts for line in part.lines())
        known = tuple(rows)
        letters = legend(lines, [letter for part in parts for letter in part.line_letters()])
        return cls(lines, tuple(term for term, _ in known), letters,
                   {term.name: figure for term, figure in known}) if lines else None


def legend(formulas: Iterable[str], own: Iterable[Letter] = ()) -> tuple[Letter, ...]:
    """The letters that formulas (LaTeX) are written with, explained: the common ones first, then those of `own`."""
    known = {letter.latex: letter for letter in (*own, *COMMON)}
    found = tokens(formulas, known)
    return tuple(known[latex] for latex in dict.fromkeys((*(c.latex for c in COMMON), *known)) if latex in found)


def tokens(formulas: Iterable[str], letters: Iterable[str]) -> set[str]:
    """The letters (LaTeX) of formulas, those of more than one sign as `letters` knows them, and their commands."""
    # the longest first, so that an estimate is not taken for an x; the names of terms are read as one with the command
    known = [re.escape(latex) + ("(?![A-Za-z])" if latex[0] == "\\" and latex[-1].isalpha() else "")
             for latex in sorted(letters, key=len, reverse=True) if len(latex) > 1]
    token = re.compile("|".join([*known, r"\\term\{\w+\}", r"\\text\{[^}]*\}", r"\\[A-Za-z]+", "[A-Za-z]"]))
    return {match for formula in formulas for match in token.findall(formula)}
