"""What the options of each component were when it was last chosen: a look at another one loses nothing."""

from __future__ import annotations

from collections.abc import Mapping


class KeptKinds:
    """The options of one row by component, and whose those are that stand there. It has no signals.

    Attributes: touched, whether the user set what stands there; lent, whether it only stands there meanwhile.
    """

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, object]] = {}
        self.touched = self.lent = False

    def leave(self, kind: str, values: Mapping[str, object]) -> None:
        """Another component is shown: what was only put there takes no place of what the user set."""
        if self.touched or not (self.lent or kind in self._kept):
            self._kept[kind] = dict(values)

    def of(self, kind: str) -> Mapping[str, object]:
        """The options that a component had, none of one that never stood there."""
        return self._kept.get(kind, {})

    def told(self) -> dict[str, object]:
        """All of it, as JSON has it."""
        return {"kinds": {kind: dict(values) for kind, values in self._kept.items()}, "touched": self.touched}

    def recall(self, told: object) -> None:
        """Have what `told` gave, and nothing that was kept since; anything else leaves nothing."""
        known = told if isinstance(told, Mapping) else {}
        kinds = known.get("kinds")
        self._kept = {str(kind): dict(values) for kind, values in kinds.items() if isinstance(values, Mapping)} \
            if isinstance(kinds, Mapping) else {}
        self.touched = bool(known.get("touched")) and not self.lent
