"""All claims, found by walking this package: a module with a `claims` function is a group."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engines.checks.claim import Claim
from engines.errors import BadInput


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one module: its name ("oracle_claims"), what it is about, and how to measure them."""

    name: str
    about: str
    claims: Callable[[], Iterable[Claim]]


def groups(only: str = "") -> list[Group]:
    """Every group; with `only` first those whose name contains it. Raises BadInput when there are none."""
    root = importlib.import_module("engines.checks")
    modules = [importlib.import_module(f"{root.__name__}.{m.name}") for m in pkgutil.iter_modules(root.__path__)]
    found = [Group(m.__name__.rpartition(".")[2], (m.__doc__ or "").strip().split("\n")[0].rstrip("."), m.claims)
             for m in modules if hasattr(m, "claims")]
    if not found:
        raise BadInput(f"There are no claims about “{only}”; leave --only out.")
    named = [group for group in found if only and only.lower() in group.name]
    return named or found


def verified(chosen: Iterable[Group], only: str = "", say: Callable[[str], object] = str) -> Iterator[Claim]:
    """Measure group by group, yielding the claims that `only` fits.

    Args:
        only: part of a group's name, a claim's name or its kind; "" for all.
        say: told what is checked now.

    Raises:
        BadInput: when nothing fits.
    """
    word, count = only.lower(), 0
    for group in chosen:
        say(f"{group.about}…")
        for claim in group.claims():
            if word in group.name or word in claim.name.lower() or word in claim.kind.lower():
                count += 1
                yield claim
    if not count:
        raise BadInput(f"No claim contains “{only}”; leave --only out to check them all.")
