"""All claims, found by walking this package: a module with a `claims` function, which states them, is a group.

Claims have their names before they are measured, so that a word that is about none is refused before the work.
Where a module has a function `absent`, that says why nothing of it can be measured here, "" where it can.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from engines.checks.claim import Claim, Statement
from engines.errors import BadInput

FIRST = ".settled_claims"  # what lecture notes print differently, and most ask for


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one module: its name ("oracle"), what it is about, and a function that states them.

    absent: a sentence on why they cannot be measured here, and are neither proven nor refuted; "" where they can.
    """

    name: str
    about: str
    claims: Callable[[], Iterable[Statement]]
    absent: str = ""


def groups(only: str = "") -> list[Group]:
    """Every group, in the order in which they are listed and measured.

    With `only` those whose name contains it, else those with a claim that it fits.

    Raises BadInput when there are none, before anything is measured.
    """
    root = importlib.import_module("engines.checks")
    modules = [importlib.import_module(f"{root.__name__}.{m.name}") for m in pkgutil.iter_modules(root.__path__)]
    modules.sort(key=lambda m: not m.__name__.endswith(FIRST))
    found = [Group(m.__name__.rpartition(".")[2].removesuffix("_claims"),
                   (m.__doc__ or "").strip().split("\n")[0].rstrip("."), m.claims,
                   getattr(m, "absent", str)())
             for m in modules if hasattr(m, "claims")]
    word = only.lower()
    chosen = [group for group in found if word in group.name] or [group for group in found if any(_about(group, word))]
    if not chosen:
        names = ", ".join(sorted(group.name for group in found))
        raise BadInput(f"There are no claims about “{only}”; choose one of the groups {names}, a sampler, method or "
                       "path by name, or a word of a claim, as a check of all lists them.")
    return chosen


def named(keys: Iterable[str]) -> list[Group]:
    """The groups of some claims, each with those claims alone: a key is "group/name".

    Raises BadInput for a group that there is not.
    """
    wanted = dict[str, set[str]]()
    for each in keys:
        group, _, name = each.partition("/")
        wanted.setdefault(group, set()).add(name)
    found = [replace(group, claims=partial(_only, group, wanted.pop(group.name)))
             for group in groups() if group.name in wanted]
    if wanted:
        raise BadInput(f"There is no group of claims called “{next(iter(wanted))}”; name a claim as GROUP/NAME.")
    return found


def _only(group: Group, names: set[str]) -> Iterator[Statement]:
    """The claims of a group that have these names."""
    return (each for each in group.claims() if each.name in names)


def fitting(group: Group, only: str = "") -> Iterator[Statement]:
    """The claims of a group that `only` fits, none of them measured yet; none of those that cannot be, here.

    Args:
        group: whose claims.
        only: part of the group's name, a claim's name or its kind; "" for all.
    """
    if not group.absent:
        yield from _about(group, only)


def _about(group: Group, only: str) -> Iterator[Statement]:
    """The same with those that cannot be measured here: a word of theirs is known, and answered by why."""
    word = only.lower()
    for each in group.claims():
        if word in group.name or word in each.name.lower() or word in each.kind.lower():
            yield each


def verified(chosen: Iterable[Group], only: str = "",
             begin: Callable[[Group], object] | None = None) -> Iterator[Claim]:
    """Measure group by group, yielding the claims that `only` fits.

    Args:
        chosen: the groups.
        only: as of `fitting`.
        begin: told of each group before it is measured, and of each that cannot be; None where nobody asks.

    Raises:
        BadInput: when nothing fits.
    """
    nothing, chosen = True, tuple(chosen)
    for group in chosen:
        if begin is not None:
            begin(group)
        for each in fitting(group, only):
            nothing = False
            yield each.measure()
    absent = [group.absent for group in chosen if group.absent]
    if nothing and len(absent) == len(chosen):
        raise BadInput(" ".join(absent))
    if nothing:
        raise BadInput(f"No claim contains “{only}”; leave it out to check them all.")
