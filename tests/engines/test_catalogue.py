"""The catalogue of algorithms is whole, and what is chosen from it is told in one way."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from engines.catalogue import catalogue
from engines.component import Component, discover, validated
from engines.data.points.mixtures import TwoBlobs
from engines.modality import Modality
from engines.process import paths
from engines.representation.em import EM
from engines.samplers.base import unlisted
from engines.tasks.base import tasks
from engines.tasks.ends import Ends, ends, ends_of

ALONE = {EM}  # in no registry: there is nothing to choose it from


def _below(kind: type[Component]) -> Iterator[type[Component]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_every_algorithm_of_the_engines_stands_in_the_catalogue() -> None:
    assert tasks()  # with which all of the engines are imported
    shelves = catalogue()
    hidden = {*unlisted().values(), *paths.unlisted().values()}
    told = {kind for shelf in shelves for kind in shelf.kinds.values()} | hidden | ALONE
    assert {kind for kind in _below(Component) if kind.__module__.startswith("engines.") and kind.name
            and not inspect.isabstract(kind)} <= told
    assert len({shelf.key for shelf in shelves}) == len(shelves)


def test_ends_are_offered_for_what_they_can_be_of() -> None:
    assert [list(ends_of(kind)) for kind in (Modality.IMAGE, Modality.POINTS)] == [["pictures", "seeds"],
                                                                                   ["places", "seeds"]]
    assert ends() == discover("engines.tasks", Ends)


def test_titles_of_runs_name_a_set_as_it_is_called() -> None:
    """Sets of points are not lower-cased in one title and not in the next."""
    data = TwoBlobs()
    told = [task.title_of(validated(task.Form, {"data": data})) for task in tasks().values()
            if task.modality is Modality.POINTS and "data" in task.Form.model_fields]
    assert len(told) > 5
    assert all("Two blobs" in title for title in told if "blobs" in title.lower())
    assert sum("blobs" in title.lower() for title in told) > 5
