"""Claims in the words of the window: a row of the table, and a page with all there is of one."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache

from engines.chart import Chart
from engines.checks.claim import Claim
from widgets.charts.data import ChartSheet, LineKind
from widgets.charts.paint import JUDGED
from widgets.drawing.numerals import TINY, scientific, significant
from widgets.drawing.scripted import scripted
from widgets.lists.claim_table import LOOKS, ClaimRow
from widgets.lists.claim_view import ClaimPage, FormulaLine
from workbench.chart_shown import sheet_of
from workbench.claims.kept_claims import Kept, Stated
from workbench.wording.component_words import known

SIGNS = {"em": "EM", "beta-tilde": "β-tilde", "alpha-bar": "ᾱ", "beta": "β", "x0": "x₀"}
STATES = {"holds": "holds", "fails": "does not hold", "not yet": "not measured yet"}
MEASURE = "Check this claim"
NAMING = ("sampler", "method", "path", "spacing")  # options whose components claims name, as tests and files do


def row_of(each: Stated, program: str, waiting: Collection[str] = ()) -> ClaimRow:
    """A claim in the table of a program version; `waiting`: keys that are still to be measured by this check."""
    claim, older = each.claim, isinstance(each, Kept) and each.program != program
    return ClaimRow(each.key, capital(claim.kind), named(claim.name), "waiting" if each.key in waiting else state(each),
                    number(claim.measured), number(claim.expected), tolerated(claim), older)


def state(each: Stated) -> str:
    """What became of a claim, in a word of the table."""
    return "not yet" if not isinstance(each, Kept) else "holds" if each.claim.ok else "fails"


def page_of(each: Stated, waiting: Collection[str] = ()) -> ClaimPage:
    """All there is of a claim: its figures, or what will be measured."""
    claim, kept = each.claim, each if isinstance(each, Kept) else None
    glyph, colour = LOOKS[state(each)]
    word = STATES[state(each)] + (("; measured again" if kept else "; its turn comes") if each.key in waiting else "")
    colours = tints([print_.right for print_ in claim.variants])
    lines = tuple(FormulaLine(scripted(print_.title), print_.formula, tint, number(print_.measured) if kept else "",
                              print_.right, kept is not None)
                  for print_, tint in zip(claim.variants, colours, strict=True))
    return ClaimPage(named(claim.name), (glyph, colour, word), scripted(claim.sentence) if kept else foretold(claim),
                     lines, figures(claim), _plotted(claim.plot) if claim.plot else None,
                     measured_when(kept) if kept else "", "" if kept or each.key in waiting else MEASURE)


def foretold(claim: Claim) -> str:
    """What measuring a claim on printed formulas will do; "" of any other, whose name says it."""
    wrong = sum(not each.right for each in claim.variants)
    if not wrong:
        return ""
    return ("Each print is run as it stands against exact answers. "
            f"{'The wrong one has' if wrong == 1 else 'The wrong ones have'} to miss what is expected.")


def tolerated(claim: Claim) -> str:
    """How far the figure may be off."""
    return significant(claim.tolerance, 2)


def _plotted(plot: Chart) -> ChartSheet:
    """The chart of a claim; nothing finds it by its title, which may have small signs, too."""
    sheet = sheet_of(plot)
    return replace(sheet, title=capital(scripted(sheet.title)))


def figures(claim: Claim) -> tuple[tuple[str, str], ...]:
    """What was measured and what is expected, and the figures behind it."""
    return ((capital(scripted(claim.measures)) or "Measured", number(claim.measured)),
            ("Expected", f"{number(claim.expected)} ± {tolerated(claim)}"),
            *((capital(scripted(figure.title)), number(figure.value)) for figure in claim.figures))


def tints(rights: Sequence[bool]) -> list[str]:
    """A colour for each of some prints by whether it is right: those of their lines in the chart."""
    seen, found = dict[LineKind, int](), list[str]()
    for right in rights:
        kind = LineKind.MEASURED if right else LineKind.WRONG
        found.append(JUDGED[kind][seen.get(kind, 0) % len(JUDGED[kind])])
        seen[kind] = seen.get(kind, 0) + 1
    return found


def measured_when(kept: Kept) -> str:
    """When and with which version a claim was measured."""
    moment = time.localtime(kept.when)
    on = f"{moment.tm_mday} {time.strftime('%B %Y, %H:%M', moment)}"
    return f"Measured on {on}" + (f", with {kept.program}." if kept.program else ".")


def summary(every: Collection[Stated], program: str, *, known: bool = True) -> str:
    """What came of everything, in one line; `known`: whether `every` is all that is claimed."""
    kept = [each for each in every if isinstance(each, Kept)]
    if not kept:
        return "" if not every else "1 claim, not measured yet" if len(every) == 1 else \
            f"{len(every)} claims, none measured yet"
    held, older = (sum(map(test, kept)) for test in (lambda k: k.claim.ok, lambda k: k.program != program))
    last = max(kept, key=lambda each: each.when)
    told = [_came(held, len(kept), len(every), known=known), measured_when(last).rstrip(".")]
    return " · ".join([*told, f"{older} by another version" if older else ""]).rstrip(" ·")


def _came(held: int, measured: int, every: int, *, known: bool) -> str:
    """How many claims hold, without praise for those that nobody measured."""
    if known and measured == every:
        return f"{held} of {every} claims hold"
    failed = f"{measured - held} {'does' if measured - held == 1 else 'do'} not hold" if held < measured else "all hold"
    if not known:
        return f"{measured} checked, {failed}"
    return f"{measured} of {every} checked, {failed}; {every - measured} not measured"


def fits(each: Stated, words: Sequence[str]) -> bool:
    """Whether a claim has all of some words in small letters."""
    claim = each.claim
    text = f"{claim.name} {named(claim.name)} {claim.kind} {each.group} {state(each)} {claim.sentence}".lower()
    return all(word in text for word in words)


def number(value: float) -> str:
    """A figure with as many digits as tell something."""
    # tiny ones are rounding, of which no more than the size matters
    return scientific(value, 2) if 0 < abs(value) < TINY else significant(value, 4)


def named(claim: str) -> str:
    """What is claimed, with its paths and samplers as people write them: “VP-cosine: DDPM with β-tilde steps …”."""
    words, pattern = _written(bool(known()))
    return capital(scripted(pattern.sub(lambda found: words[found[0]], claim)))


@cache
def _written(engines: bool) -> tuple[dict[str, str], re.Pattern[str]]:
    """How names within claims are written, and what finds them; those of components once the engines are known."""
    kinds = known() if engines else {}
    words = {name: kind.word() for option in NAMING for name, kind in kinds.get(option, {}).items()} | SIGNS
    names = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return words, re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")


def capital(text: str) -> str:
    """Text that begins with a capital letter, as a line by itself does."""
    return text[:1].upper() + text[1:]
