"""A form made from plain descriptions of options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from widgets.options.fields import FieldSpec, Kind
from widgets.options.fold import Fold
from widgets.options.history import FormChange
from widgets.options.pickers import SeedEditor
from widgets.options.rows import FormRow, FormRows, column

__all__ = ["FieldSpec", "Kind", "OptionForm"]


class OptionForm(QWidget):
    """A form for the options of a task.

    Signals: changed() after the user, or undo, changed a value; troubled() when something
    else is wrong than before, see `problems`; browse_requested(str)
    with the option's name when the user wants to choose a file for it; returned() before
    undo or redo puts values back, so that they can be seen; refolded() when the user folds
    or unfolds “More”; revealed() when what was unfolded has been scrolled into sight.
    """

    changed = Signal()
    troubled = Signal()
    browse_requested = Signal(str)
    returned = Signal()
    refolded = Signal()
    revealed = Signal()

    def __init__(self, undo: QUndoStack | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._rows = FormRows()
        self._before: dict[str, object] = {}
        self._rows.edited.connect(self._edited)
        self._rows.troubled.connect(self.troubled)
        self._rows.browsed.connect(self.browse_requested)
        self._more = Fold(self._rows.folded)
        self._more.revealed.connect(self.revealed)
        self._more.head.clicked.connect(lambda: self.refolded.emit())
        self._rows.refolded.connect(lambda: self._more.setVisible(self._rows.folds))
        layout = column(self)
        for part in (self._rows, self._more):
            layout.addWidget(part)

    def set_fields(self, specs: Sequence[FieldSpec]) -> None:
        """Make the form anew for other options, at their defaults."""
        self._rows.set_fields(specs)
        self._before = self.values()

    def values(self) -> dict[str, object]:
        """Values by name; a component is {"name": …, option: value}."""
        return self._rows.values()

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show values without a signal or an undo step; unknown names are ignored."""
        self._rows.set_values(values)
        self._before = self.values()

    def kept(self) -> dict[str, object]:
        """What is remembered of components that do not stand there now, by option, as JSON has it."""
        return {name: row.kept.told() for name, row in self._rows.rows.items() if row.rows is not None}

    def recall(self, kept: Mapping[str, object]) -> None:
        """Remember again what `kept` gave, and nothing of what stood there since; the values are set before."""
        for name, row in self._rows.rows.items():
            row.kept.recall(kept.get(name))

    def set_error(self, name: str, sentence: str) -> None:
        """Mark what is wrong with an option ("steps" or "sampler.eta"); an empty sentence clears it."""
        row = self.row(name)
        if row is not None:
            row.set_error(sentence)

    def problems(self) -> dict[str, str]:
        """Sentences on options that cannot be used as typed, by name."""
        return self._rows.problems()

    def set_choices(self, name: str, choices: Sequence[tuple[str, str]], tips: Mapping[str, str] | None = None) -> None:
        """Offer other (value, title) pairs for an option; tips: what is said of a value under the pointer."""
        row = self.row(name)
        if row is not None:
            row.editor.set_choices(choices)
            row.editor.set_tips(tips or {})
            self._before = self.values()

    def row(self, name: str) -> FormRow | None:
        """The row of an option, nested ones by "component.option"; None when it is not shown."""
        rows: FormRows | None = self._rows
        found: FormRow | None = None
        for part in name.split("."):
            found = rows.rows.get(part) if rows is not None else None
            rows = found.rows if found is not None else None
        return found

    def hinted(self, widget: str) -> dict[str, FormRow]:
        """The rows that are shown of options with a hint ("teacher"), also inside components, by name."""
        rows = {name: row for name, row in self._rows.rows.items()}
        inner = {f"{name}.{key}": row for name, outer in rows.items() if outer.rows is not None
                 for key, row in outer.rows.rows.items()}
        return {name: row for name, row in {**rows, **inner}.items() if row.spec.widget == widget}

    def unlisted(self) -> dict[str, object]:
        """The defaults of what is chosen and no list offers, and of all that stands in the same section."""
        rows = self._rows.rows.values()
        astray = {row.spec.group for row in rows if str(row.editor.value()) in dict(row.spec.unlisted)}
        return {row.spec.name: row.spec.default for row in rows if row.spec.group in astray}

    def named(self, kind: str) -> list[str]:
        """The options of a kind that are shown, nested ones by "component.option"."""
        def found(rows: FormRows, within: str) -> list[str]:
            return [name for key, row in rows.rows.items()
                    for name in ([within + key] if row.spec.kind == kind else
                                 found(row.rows, f"{within}{key}.") if row.rows is not None else [])]

        return found(self._rows, "")

    def edges(self, ground: QWidget) -> list[int]:
        """Where on a widget under this form the options that are shown end, in pixels from its top."""
        editors = [row.editor for row in self.findChildren(FormRow) if row.editor.isVisibleTo(ground)]
        ends = [*editors, *([self._more.head] if self._more.head.isVisibleTo(ground) else [])]
        return [one.mapTo(ground, one.rect().bottomLeft()).y() + 1 for one in ends]

    def advance_seeds(self, count: int = 1) -> None:
        """Take the seeds of the next run where they are random or count up; call it after a start.

        count: samples of the run that started: sample k had seed + k.
        """
        for row in self._rows.rows.values():
            if isinstance(row.editor, SeedEditor):
                row.editor.advance(count)
        self._before = self.values()

    def _edited(self) -> None:
        after = self.values()
        # text may be edited back to what it was: that is nothing to undo
        if self._undo is not None and after != self._before:
            self._undo.push(FormChange(self._restore, self._before, after, self._titles()))
        self._before = after
        self.changed.emit()

    def _titles(self) -> dict[str, str]:
        """What its options are called, in their order; a list of seeds is a seed, too."""
        rows = self._rows.rows
        lists = {f"{name}s": row.spec.title for name, row in rows.items() if isinstance(row.editor, SeedEditor)}
        return {name: row.spec.title for name, row in rows.items()} | lists

    def _restore(self, values: dict[str, object]) -> None:
        self.returned.emit()
        self.set_values(values)
        self.changed.emit()
