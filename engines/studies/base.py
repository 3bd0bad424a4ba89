"""The contract of a study: options in, charts out, the exact answer beside what was measured."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.chart import Role, Series
from engines.component import Component, chosen, discover
from engines.events import Charted, Noted, Progressed, Said

Told = Charted | Noted | Progressed | Said


class Study(Component):
    """One question with an answer that can be computed; a subclass in a file of its own is found by `studies`.

    Its `summary` says what to look at.
    """

    def called(self) -> str:
        """What a run of it is called, of options that tell it from other runs."""
        return self.title

    @abstractmethod
    def run(self, seed: int) -> Iterator[Told]:
        """Measure, yielding each chart as it grows; all chance comes from the seed."""


def horizontal(name: str, value: float, xs: list[float], role: Role = Role.EXACT, beside: str = "") -> Series:
    """A horizontal line through some x."""
    return Series.of(name, sorted(set(xs)), [value] * len(set(xs)), (), role, beside)


def floats(values: Tensor) -> list[float]:
    """The numbers of a tensor (n,)."""
    return [float(value) for value in values.numpy()]


def studies() -> dict[str, type[Study]]:
    """Every study known, by name."""
    return discover("engines.studies", Study)


StudyChoice = Annotated[SerializeAsAny[Study], BeforeValidator(partial(chosen, base=Study, kinds=studies))]
