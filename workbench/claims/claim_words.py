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
from widgets.drawing.curve_scale import written
from widgets.drawing.scripted import scripted
from widgets.lists.claim_table import LOOKS, ClaimRow
from widgets.lists.claim_view import ClaimPage, FormulaLine
from workbench.chart_shown import sheet_of
from workbench.claims.kept_claims import Kept
from workbench.wording.component_words import known

SIGNS = {"em": "EM", "beta-tilde": "β̃", "alpha-bar": "ᾱ", "beta": "β", "x0": "x₀"}
NAMING = ("sampler", "method", "path", "spacing")  # options whose components claims name, as tests and files do


def row_of(kept: Kept, program: str, waiting: Collection[str] = ()) -> ClaimRow:
    """A claim in the table of a program version; `waiting`: keys that are measured anew."""
    claim = kept.claim
    state = "waiting" if kept.key in waiting else "holds" if claim.ok else "fails"
    return ClaimRow(kept.key, capital(claim.kind), named(claim.name), state, number(claim.measured),
                    number(claim.expected), written(claim.tolerance, ".2g"), kept.program != program)


def page_of(kept: Kept, waiting: Collection[str] = ()) -> ClaimPage:
    """All there is of a claim."""
    claim = kept.claim
    glyph, colour = LOOKS["holds" if claim.ok else "fails"]
    word = ("holds" if claim.ok else "does not hold") + (", and is measured again" if kept.key in waiting else "")
    colours = tints([each.right for each in claim.variants])
    lines = tuple(FormulaLine(scripted(each.title), each.formula, tint, number(each.measured), each.right)
                  for each, tint in zip(claim.variants, colours, strict=True))
    return ClaimPage(named(claim.name), (glyph, colour, word), scripted(claim.sentence), lines, figures(claim),
                     _plotted(claim.plot) if claim.plot else None, measured_when(kept))


def _plotted(plot: Chart) -> ChartSheet:
    """The chart of a claim; nothing finds it by its title, which may have small signs, too."""
    sheet = sheet_of(plot)
    return replace(sheet, title=capital(scripted(sheet.title)))


def figures(claim: Claim) -> tuple[tuple[str, str], ...]:
    """What was measured and what is expected, and the figures behind it."""
    return ((capital(scripted(claim.measures)) or "Measured", number(claim.measured)),
            ("Expected", f"{number(claim.expected)} ± {written(claim.tolerance, '.2g')}"),
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


def summary(kept: Collection[Kept], program: str) -> str:
    """What came of everything, in one line."""
    if not kept:
        return ""
    held, older = (sum(map(test, kept)) for test in (lambda k: k.claim.ok, lambda k: k.program != program))
    last = max(kept, key=lambda each: each.when)
    told = [f"{held} of {len(kept)} claims hold", measured_when(last).rstrip(".")]
    return " · ".join([*told, f"{older} by another version" if older else ""]).rstrip(" ·")


def fits(kept: Kept, words: Sequence[str]) -> bool:
    """Whether a claim has all of some words in small letters."""
    claim = kept.claim
    state = "holds" if claim.ok else "fails"
    text = f"{claim.name} {named(claim.name)} {claim.kind} {kept.group} {state} {claim.sentence}".lower()
    return all(word in text for word in words)


def number(value: float) -> str:
    """A figure with as many digits as tell something."""
    # tiny ones are rounding, of which no more than the size matters
    return "–" if value != value else written(value, ".1e" if 0 < abs(value) < 1e-4 else ".4g")


def named(claim: str) -> str:
    """What is claimed, with its paths and samplers as people write them: “VP-cosine: DDPM with β̃ steps …”."""
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
