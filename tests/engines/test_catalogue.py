"""The catalogue of algorithms is whole."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from engines.catalogue import catalogue
from engines.component import Component
from engines.representation.em import EM
from engines.samplers.base import unlisted
from engines.tasks.base import tasks

ALONE = {EM}  # in no registry: there is nothing to choose it from


def _below(kind: type[Component]) -> Iterator[type[Component]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_every_algorithm_of_the_engines_stands_in_the_catalogue() -> None:
    assert tasks()  # with which all of the engines are imported
    shelves = catalogue()
    told = {kind for shelf in shelves for kind in shelf.kinds.values()} | {*unlisted().values()} | ALONE
    assert {kind for kind in _below(Component) if kind.__module__.startswith("engines.") and kind.name
            and not inspect.isabstract(kind)} <= told
    assert len({shelf.key for shelf in shelves}) == len(shelves)
