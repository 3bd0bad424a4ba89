"""What the page on inverse problems has of the registries: `python -m workbench.inverse_page [FILE]` writes it anew.

Degradations, noises and methods are told by their own declarations, so that the page cannot say something else than
the lists of the window do; what is between the parts is written by hand and left as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from engines.component import build, kinds_of
from engines.files import write_atomic
from engines.inverse.base import InverseMethod, methods
from engines.operators.base import Degradation, degradations, noises
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddim import DDIM
from workbench.forms import enum_choices
from workbench.marked import Marked, table

FILE = Path(__file__).resolve().parents[1] / "docs" / "inverse.md"
WRITER = "workbench.inverse_page"
STEPS = 100  # of the sampler, for which calls are told
NEEDED = {"mask": "a painted mask", "kernel": "a drawn kernel"}


def parts() -> dict[Marked, str]:
    """Every part that is written, in the order of the page."""
    found = {Marked("degradations", WRITER): _degradations(), Marked("noises", WRITER): _noises(),
             Marked("methods", WRITER): _methods()}
    return found | {Marked(f"method {name}", WRITER): "\n".join(_method(kind)) for name, kind in methods().items()}


def renewed(page: str) -> str:
    """The page with the parts of today; raises ValueError where it has no place for one."""
    for marked, text in parts().items():
        page = marked.renewed(page, text)
    return page


def _degradations() -> str:
    heads = "Degradation", "Name", "What it does", "Linear", "Singular values", "Needs"
    return table(heads, [(kind.title, f"`{name}`", kind.summary, _linear(kind), _spectrum(kind),
                          ", ".join(NEEDED[file] for file in kind.files) or "–")
                         for name, kind in degradations().items()])


def _linear(kind: type[Degradation]) -> str:
    return "where both are" if _paired(kind) else "yes" if kind.linear else "no"


def _spectrum(kind: type[Degradation]) -> str:
    if kind.spectral:
        return "in closed form"
    return "not known: conjugate gradients" if kind.linear else "–"


def _noises() -> str:
    return table(("Noise", "Name", "What it does", "Formula"), [
        (kind.title, f"`{name}`", kind.summary, " ".join(f"$`{line}`$" for line in map(plain, kind.formula)))
        for name, kind in noises().items()])


def _methods() -> str:
    heads = "Method", "Name", f"Calls in {STEPS} steps", "Gradients", "Moves", "Takes"
    return table(heads, [(kind.title, f"`{name}`", str(_calls(kind)), "one a call" if kind.differentiates else "none",
                          "its own" if kind.walks else "the sampler’s", _taken(kind))
                         for name, kind in methods().items()])


def _calls(kind: type[InverseMethod]) -> int:
    """How often the network is asked for each sample, beside a sampler that asks once a step."""
    return kind().evaluations(VPCosine(), DDIM(eta=1.0), time_grid(VPCosine(), STEPS))


def _taken(kind: type[InverseMethod]) -> str:
    """What it takes, in a word."""
    if kind.pixels:
        return "lost pixels"
    if kind.spectral:
        return "linear, singular values known"
    return "linear" if kind.linear else "all"


def _method(kind: type[InverseMethod]) -> Iterator[str]:
    """A method's formula by each of its choices, what it costs, what it takes, and where it is from."""
    for choice, lines in _formulas(kind):
        if choice:
            yield f"{choice}:\n"
        yield from (f"```math\n{plain(line)}\n```\n" for line in lines)
    gradients = "and as many gradients through it" if kind.differentiates else "and no gradient"
    calls = _calls(kind)
    yield f"**Cost** of {STEPS} steps: {calls} network calls {gradients}.\n" if calls else "**Cost**: no network.\n"
    yield f"**Takes** {_fits(kind)}\n"
    yield f"**Source**: {kind.source}.\n"


def _formulas(kind: type[InverseMethod]) -> list[tuple[str, tuple[str, ...]]]:
    """(title, lines) for each value of an option that changes the formula, ("", lines) where none does."""
    for field, about in kind.model_fields.items():
        told = [(f"{about.title} “{title}”", build(kind, {"name": kind.name, field: value}, methods).lines())
                for value, title in enum_choices(about.annotation)]
        if len({lines for _, lines in told}) > 1:
            return told
    return [("", kind().lines())]


def _fits(kind: type[InverseMethod]) -> str:
    """The degradations that the method takes, or those that it does not, with the method's own reason."""
    fitting, refused = list[str](), dict[str, list[tuple[str, str]]]()
    for one in (one for one in degradations().values() if not _paired(one)):
        made = one()
        if why := kind().unfit(made):
            refused.setdefault(why.replace(made.word(), "…"), []).append((one.title, why))
        else:
            fitting.append(one.title)
    if not refused:
        return "every degradation."
    groups = [(listed([title for title, _ in group]), group[0][1]) for group in refused.values()]
    if len(fitting) < sum(map(len, refused.values())):
        return f"{listed(fitting)} alone: “{groups[0][1]}”"
    return f"all but {'; and '.join(f'{names} (“{why}”)' for names, why in groups)}."


def _paired(kind: type[Degradation]) -> bool:
    """Whether a degradation is made of others, so that what it is follows from them."""
    return any(set(kinds_of(field).values()) & set(degradations().values()) for field in kind.model_fields.values())


def listed(words: list[str]) -> str:
    """“a, b and c”."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def plain(line: str) -> str:
    """A line of a formula without our colours, which the mathematics of pages does not know."""
    return re.sub(r"\\term{[a-z]+}", "", line)


def main(file: Path) -> int:
    """Write the parts into the page."""
    write_atomic(file, renewed(file.read_text(encoding="utf-8")).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
