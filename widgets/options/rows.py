"""The rows of an option form: label, editor and nested options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.drawing.theme import DARK, Theme, dress, mark
from widgets.options.decided import Decided
from widgets.options.field_label import FieldLabel
from widgets.options.fields import FieldSpec, Kind, groups, tooltip
from widgets.options.kept_kinds import KeptKinds
from widgets.options.making import make_editor
from widgets.options.open_choice import FileEditor
from widgets.options.pickers import SeedEditor

LABEL_WIDTH = 92  # px, one for all rows, so that the editors stand in line
ROW_GAP, HEAD = 2, 19
KIND = "Kind"  # what a row says whose own title stands over it as the heading


def column(parent: QWidget, gap: int = ROW_GAP) -> QVBoxLayout:
    """A layout without margins, top to bottom."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    return layout


class FormRow(QWidget):
    """Label, editor and the nested options of a component; marked where something is wrong with the value.

    Args:
        spec: the option.
        title: words of the label, "" for the option's own title.

    Attributes: kept, the options that components had.

    Signals: edited() when the user changed the value or a nested one; troubled() when something else is wrong with
    them than before; browsed(str) with the option's name when a file is to be chosen.
    """

    edited = Signal()
    troubled = Signal()
    browsed = Signal(str)

    def __init__(self, spec: FieldSpec, title: str = "") -> None:
        super().__init__()
        self.spec, self._title = spec, title or spec.title
        self.editor = make_editor(spec)
        self.rows: FormRows | None = FormRows() if spec.kind == Kind.COMPONENT else None
        self._problem = ""
        self._why, self._shown, self._own = "", None, None  # see `decide`
        self.kept = KeptKinds()
        self._label = FieldLabel(self._title)
        self._build()
        if isinstance(self.editor, FileEditor):
            self.editor.browsed.connect(lambda: self.browsed.emit(spec.name))
        self.editor.troubled.connect(self.set_error)
        self.editor.edited.connect(self._changed)

    def _build(self) -> None:
        (label := self._label).setProperty("role", "field")
        label.setFixedWidth(LABEL_WIDTH)
        label.setToolTip(tooltip(self.spec))
        label.setBuddy(self.editor)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(label)
        line.addWidget(self.editor, 1)
        layout = column(self)
        layout.addLayout(line)
        if self.rows is not None:
            layout.addWidget(self.rows)
            if self.spec.advanced:  # what belongs to a folded row stands under it
                layout.addWidget(self.rows.folded)
            self.rows.edited.connect(self._changed)
            self.rows.troubled.connect(self.troubled)
            self.rows.browsed.connect(self.browsed)

    def problem(self) -> str:
        """What is wrong with this option or a nested one, in a sentence, or an empty one."""
        nested = next(iter(self.rows.problems().values()), "") if self.rows is not None else ""
        return self._problem or nested

    def set_error(self, sentence: str) -> None:
        """Mark the row and say under the pointer what is wrong with the value, or nothing for an empty sentence.

        The sentence stands wherever there is a place for it: under the field it would push all that is below.
        """
        if sentence != self._problem:
            self._problem = sentence
            mark(self._label, error=bool(sentence))
            self.editor.show_trouble(sentence)
            self.troubled.emit()

    def decide(self, why: str, shown: object | None = None) -> None:
        """Grey the row with all that is nested, and say why; give it back to the user for an empty sentence.

        shown: what stands there meanwhile, while the row keeps the value that it has; None for that value.
        """
        if (why, shown) == (self._why, self._shown):
            return
        own, other = self.value(), shown != self._shown
        self._why, self._shown, self._own = why, shown, None if shown is None else own
        if other:
            self._show(own if shown is None else shown)
            self.kept.touched, self.kept.lent = shown is None, shown is not None
        for row in (self, *(self.rows.rows.values() if self.rows is not None else ())):
            row.editor.set_decided(why)

    def value(self) -> object:
        """The value; a component's is a table with its name and its options."""
        if self._own is not None:
            return self._own
        if self.rows is None:
            return self.editor.value()
        return {"name": self.editor.value(), **self.rows.values()}

    def set_value(self, value: object) -> None:
        """Have a value without a signal; a component takes its name or a table with it."""
        why, shown, self._why, self._shown, self._own = self._why, self._shown, "", None, None
        self._show(value)
        self.decide(why, shown)  # the options of a component may be new

    def _show(self, value: object) -> None:
        if self.rows is None:
            self.editor.set_value(value)
            return
        table = dict(value) if isinstance(value, Mapping) else {"name": value}
        name = str(table.pop("name", self.editor.value()))
        self.editor.set_value(name)
        self._nest(name)
        self.rows.set_values(table)
        self.kept.touched = self.kept.lent = False

    def _nest(self, name: str) -> None:
        """Show the options of a component, with the values they had when it was last chosen."""
        if self.rows is not None and self.rows.title != name:
            self.kept.leave(self.rows.title, self.rows.values())
            self.rows.set_fields(self.spec.fields_by_choice.get(name, ()), name)
            self.rows.set_values(self.kept.of(name))
            self.rows.setVisible(any(not row.spec.advanced for row in self.rows.rows.values()))

    def _changed(self) -> None:
        self.kept.touched = True  # also who turns to another component may come back to what stands there
        if self.rows is not None:
            self._nest(str(self.editor.value()))
        self.edited.emit()


class FormRows(QWidget):
    """The rows of several options, under the headings of their groups.

    Advanced options stand in `folded`, those of nested components too; whoever shows the rows puts it where it belongs.

    Signals: edited() when the user changed a value; troubled() when something else is wrong than before; browsed(str)
    when a file is to be chosen; refolded() when `folded` got other options.
    """

    edited = Signal()
    troubled = Signal()
    browsed = Signal(str)
    refolded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.rows: dict[str, FormRow] = {}
        self._decided = list[Decided]()
        self._theme = DARK
        self._layout = column(self)
        # a child until it is put elsewhere: shown without a parent it would be a window of its own
        self._body, self.folded = QWidget(), QWidget(self)
        self._layout.addWidget(self._body)
        self._rest, self._below = QWidget(), column(self.folded)
        self._below.addWidget(self._rest)

    @property
    def folds(self) -> bool:
        """Whether any option is an advanced one."""
        return any(row.spec.advanced or (row.rows is not None and row.rows.folds) for row in self.rows.values())

    def set_fields(self, specs: Sequence[FieldSpec], title: str = "") -> None:
        """Make the rows anew; values start at their defaults."""
        self.title = title
        self.rows = {}
        # whole new bodies: rows taken out one by one would show the form half made
        body, rest = QWidget(), QWidget()
        # the list of seeds is edited in the seed's own row, see `SeedEditor`
        listed = {f"{s.name}s" for s in specs if s.kind == Kind.SEED}
        shown = [s for s in specs if not (s.name in listed and s.kind == Kind.INTS)]
        self._fill(column(body), [s for s in shown if not s.advanced])
        self._fold(column(rest), [s for s in shown if s.advanced])
        self._list_seeds(specs)
        for made in (body, rest):
            dress(made, self._theme)
        self._layout.replaceWidget(self._body, body)
        self._below.replaceWidget(self._rest, rest)
        for old in (self._body, self._rest):
            old.hide()  # it is deleted only once control is back in the event loop
            old.deleteLater()
        self._body, self._rest = body, rest
        body.setVisible(any(not s.advanced for s in shown))
        self._refolded()

    def _list_seeds(self, specs: Sequence[FieldSpec]) -> None:
        """Offer lists of seeds where the options have them; the number of samples follows these."""
        self._decided = []
        for row in self.rows.values():
            lists = [s for s in specs if s.name == f"{row.spec.name}s"]
            if isinstance(row.editor, SeedEditor):
                row.editor.offer_list(bool(lists))
                self._decided += [Decided(row.editor, self.rows[s.decides].editor) for s in lists
                                  if s.decides in self.rows]

    def _follow(self) -> None:
        for number in self._decided:
            number.follow()

    def _refolded(self) -> None:
        self.folded.setVisible(self.folds)
        self.refolded.emit()

    def _fold(self, layout: QVBoxLayout, specs: Sequence[FieldSpec]) -> None:
        """Lay out the advanced options, those of nested components in the section of their component."""
        nested = [row for row in self.rows.values() if row.rows is not None]
        heads = {group for group, _ in groups(specs)}
        self._adopt(layout, [row for row in nested if row.spec.group not in heads])
        self._fill(layout, specs, nested)

    def _adopt(self, layout: QVBoxLayout, rows: Sequence[FormRow]) -> None:
        for row in rows:
            if row.rows is not None:
                layout.addWidget(row.rows.folded)
                row.rows.refolded.connect(self._refolded)

    def _fill(self, layout: QVBoxLayout, specs: Sequence[FieldSpec], nested: Sequence[FormRow] = ()) -> None:
        for group, members in groups(specs):
            if group:
                layout.addWidget(_head(group))
            self._adopt(layout, [row for row in nested if row.spec.group == group])
            for spec in members:
                layout.addWidget(self._row(spec))

    def _row(self, spec: FieldSpec) -> FormRow:
        row = FormRow(spec, KIND if spec.kind == Kind.COMPONENT and spec.title == spec.group else "")
        if spec.default is not None:
            row.set_value(spec.default)
        # without a default the first choice is shown, whose own options must be there too
        elif row.rows is not None:
            row.set_value(row.editor.value())
        row.edited.connect(self._follow)  # first: whoever hears of the change reads all values
        row.edited.connect(self.edited)
        row.troubled.connect(self.troubled)
        row.browsed.connect(self.browsed)
        self.rows[spec.name] = row
        return row

    def values(self) -> dict[str, object]:
        """Values by name; components are nested tables."""
        found: dict[str, object] = {}
        for name, row in self.rows.items():
            found[name] = row.value()
            if isinstance(row.editor, SeedEditor) and row.editor.listing:
                found[f"{name}s"] = row.editor.seeds()
        return found

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show values without signals; names that the form does not have are ignored."""
        for number in self._decided:
            number.release()
        for name, row in self.rows.items():
            if name in values:
                row.set_value(values[name])
            seeds = values.get(f"{name}s")
            if isinstance(row.editor, SeedEditor) and isinstance(seeds, list | tuple):
                row.editor.set_seeds(seeds)
        self._follow()

    def problems(self) -> dict[str, str]:
        """Sentences on the options that cannot be used, by name."""
        return {name: row.problem() for name, row in self.rows.items() if row.problem()}

    def set_theme(self, theme: Theme) -> None:
        """Keep a theme for the rows that are made later; those there are hear of it by themselves."""
        self._theme = theme


def _head(group: str) -> QLabel:
    """The heading of a section."""
    head = QLabel(group)
    head.setProperty("role", "group")
    # fixed, since a label measured before the style sheet reaches it would stay too high
    head.setFixedHeight(HEAD)
    head.setAlignment(Qt.AlignmentFlag.AlignBottom)
    head.setContentsMargins(0, 0, 0, 2)
    return head
