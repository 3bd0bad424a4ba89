"""A number that a list decides by its length, as a list of seeds decides how many samples there are."""

from __future__ import annotations

from widgets.options.editors import Editor
from widgets.options.pickers import SeedEditor


class Decided:
    """Lets a number follow a list of seeds for as long as there is one. It has no signals.

    Args:
        seeds: the editor of the list.
        number: shows how many it has, greyed; without a list it is the user's own again.
    """

    def __init__(self, seeds: SeedEditor, number: Editor) -> None:
        self._seeds, self._number = seeds, number
        self._own: object = None
        self._follows = False

    def follow(self) -> None:
        """Show the length of the list, or the user's own number where there is none."""
        count = len(self._seeds.seeds())
        if not count:
            # a slip in the list is about to be mended: nothing jumps meanwhile
            if not self._seeds.list_problem():
                self.release()
            return
        if not self._follows:
            self._own, self._follows = self._number.value(), True
        self._number.set_value(count)
        said = "the one seed" if count == 1 else f"the {count:,} seeds"
        self._number.set_decided(f"Follows {said} of the list; choose “fixed” beside Seed to set it here.")

    def release(self) -> None:
        """Give the number back to the user, as it was."""
        if self._follows:
            self._follows = False
            self._number.set_value(self._own)
            self._number.set_decided("")
