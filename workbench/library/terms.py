"""What is typed into the filter, as terms: “steps>20”, “sampler:ddim”, “task:train”, “starred”, or a free word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from workbench.library.records import State

COMPARISON = re.compile(r"([\w.\-]+)(<=|>=|!=|=|<|>|:)(.*)", re.DOTALL)
PIECE = re.compile(r'(?:"[^"]*"|[^\s"]|"(?=[^"]*$))+')  # words in quotes stay together; a quote without its pair counts
STARRED = "starred"
COLUMNS = ("task", "state", "title", "is")  # what a run is besides its options and metrics
# options with a list that can stand in their place; for classes, those that the samples came to have
LISTS = {"seed": "seeds", "label": "classes"}
ALIASES = {"class": "label"}  # what the form calls it
STATES = {"stopped": State.CANCELLED, "finished": State.DONE, "queued": State.WAITING}


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a filter. name and sign are "" for a free word; text is in lower case."""

    name: str
    sign: str
    text: str

    @property
    def number(self) -> float | None:
        """The text as a number where it is one."""
        return as_number(self.text)

    @property
    def unfinished(self) -> bool:
        """Whether it still lacks the value to compare with, as “steps>” does while it is typed."""
        return bool(self.name) and not self.text

    def condition(self) -> tuple[str, list[Any]]:
        """What it asks of a row of `runs`, as SQL, and the values in it; nothing while it is unfinished."""
        if self.unfinished:
            return "1", []
        if self.text == STARRED and self.name in {"", "is"}:
            return "starred = 1", []
        if not self.name:
            # not LIKE: a percent sign or underscore of the user's means itself
            return "instr(words, ?) > 0", [self.text]
        # the comparison sign comes from the pattern's fixed list, never from the user
        sign = "=" if self.sign == ":" else self.sign
        if self.name in {"state", "is"}:
            return f"state {sign} ?", [STATES.get(self.text, self.text)]
        if self.name == "task":
            return f"task {sign} ?", [self.text]
        if self.name == "title":
            return f"instr(casefold(title), ?) {'= 0' if self.sign == '!=' else '> 0'}", [self.text]
        value = f"f.text {sign} ?" if self.number is None else f"f.number {sign} ?"
        own = "EXISTS (SELECT 1 FROM facts f WHERE f.run = runs.id AND f.name = ? AND {})"
        alone, wanted = own.format(value), [self.name, self.text if self.number is None else self.number]
        if sign != "=" or self.name not in LISTS:
            return alone, wanted
        inside = own.format("instr(',' || f.text || ',', ?) > 0")  # a list is kept as 1,7,9
        return f"({alone} OR {inside})", [*wanted, LISTS[self.name], f",{self.text},"]


def terms(words: str) -> list[Term]:
    """The terms of a filter, in order."""
    return [_term(piece) for piece in PIECE.findall(words.casefold())]


def problem(words: str, known: Collection[str]) -> str:
    """One sentence on the first term that nothing can match, "" when all make sense.

    Args:
        words: as typed.
        known: names of all options and metrics of the library's runs.
    """
    return next((sentence for term in terms(words) if term.name and (sentence := _problem(term, known))), "")


def hint(words: str) -> str:
    """What to type next where a term is unfinished and asks nothing yet, "" where none is."""
    return next((f"Type a value after “{term.name}{term.sign}”" for term in terms(words) if term.unfinished), "")


def toggled(words: str, term: str) -> str:
    """A filter with a term added, or taken out where it is in it; it replaces another “name:…” of its name."""
    name, colon, _ = term.partition(":")
    pieces = PIECE.findall(words)
    others = [p for p in pieces if p != term and not (colon and p.startswith(name + colon))]
    return " ".join(others if term in pieces else [*others, term])


def quoted(name: str, value: str) -> str:
    """“name:value” as it is typed, in quotes where it must be."""
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


def as_number(value: object) -> float | None:
    """The value as a number where it is one; True and False count as 1 and 0, and “nan” and “inf” are words."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None  # SQL knows no other, and a class or model may be called so


def _term(piece: str) -> Term:
    match = None if piece.startswith('"') else COMPARISON.fullmatch(piece)
    if match is None:
        return Term("", "", _bare(piece))
    name, sign, text = match.groups()
    return Term(ALIASES.get(name, name), sign, _bare(text))


def _bare(text: str) -> str:
    """Without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _problem(term: Term, known: Collection[str]) -> str:
    """What is wrong with a comparison."""
    if term.name not in known and term.name not in COLUMNS:
        near = _near(term.name, [*known, *COLUMNS, *ALIASES])
        return f"No run has “{term.name}”; " + (f"did you mean “{near}”?" if near else "try steps, seed or model.")
    if term.unfinished:
        return f"Write a value after “{term.name}{term.sign}”, as in steps>20 or sampler:ddim."
    states = [*(str(state) for state in State), *STATES]
    if term.name in {"state", "is"} and term.text not in [*states, STARRED]:
        near = _near(term.text, states)
        return f"“{term.text}” is no state; " + (f"did you mean “{near}”?" if near else "try done, failed or stopped.")
    if "<" in term.sign or ">" in term.sign:
        return "" if term.number is not None else f"“{term.text}” is not a number; compare as in steps>20."
    return ""


def _near(word: str, known: Sequence[str]) -> str:
    return next(iter(difflib.get_close_matches(word, known, 1)), "")
