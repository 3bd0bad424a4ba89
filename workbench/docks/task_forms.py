"""The forms of all tasks, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from widgets.options.form import OptionForm


class TaskForms(Mapping[str, OptionForm]):
    """The form of each task by its name: a window has many tasks and shows a few of them, so most are never made.

    One that is not made yet has its defaults; whoever only passes on what the user chose looks at `made`.

    Args:
        make: makes the form of a task.
        told: called with the name of a task once its form is there.
    """

    def __init__(self, make: Callable[[str], OptionForm], told: Callable[[str], object]) -> None:
        self._make, self._told = make, told
        self._names = dict[str, None]()  # in the order of the tasks
        self._made = dict[str, OptionForm]()

    def expect(self, names: Iterable[str]) -> None:
        """These tasks have forms from now on."""
        self._names |= dict.fromkeys(names)

    @property
    def made(self) -> Mapping[str, OptionForm]:
        """Those that somebody has asked for."""
        return MappingProxyType(self._made)

    def __getitem__(self, task: str) -> OptionForm:
        if task not in self._names:
            raise KeyError(task)
        if task not in self._made:
            self._made[task] = self._make(task)
            self._told(task)
        return self._made[task]

    def __contains__(self, task: object) -> bool:
        return task in self._names  # that of Mapping would make the form

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
