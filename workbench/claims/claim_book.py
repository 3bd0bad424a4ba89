"""What the program claims and what was measured of it: every claim once, measured or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from workbench.claims.kept_claims import Kept, Stated


class ClaimBook:
    """Claims by key, in the order in which they are stated.

    Attributes: known: whether all that is claimed has been told.
    """

    def __init__(self) -> None:
        self._stated, self._kept = dict[str, Stated](), dict[str, Kept]()
        self.known = False

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What was measured, each claim once."""
        return tuple(self._kept.values())

    @property
    def every(self) -> tuple[Stated, ...]:
        """All claims, with figures where there are any; behind them those that only another version makes."""
        merged: dict[str, Stated] = {**self._stated, **self._kept}
        return tuple(merged.values())

    def get(self, key: str) -> Stated | None:
        """A claim, with its figures where there are any."""
        return self._kept.get(key) or self._stated.get(key)

    def state(self, each: Stated) -> None:
        """Take a claim that is not measured yet."""
        self._stated[each.key] = each

    def keep(self, kept: Iterable[Kept], *, older: bool = False) -> None:
        """Take what was measured, in place of what there was; `older`: only where there was nothing."""
        for each in kept:
            if not (older and each.key in self._kept):
                self._kept[each.key] = each

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget what was measured of others: claims that this version does not make."""
        self._kept = {key: kept for key, kept in self._kept.items() if key in keys}
