"""Which editor an option has."""

from __future__ import annotations

from collections.abc import Callable

from widgets.options.editors import BoolEditor, ChoiceEditor, Editor, TextEditor
from widgets.options.fields import FieldSpec, Kind
from widgets.options.names import NamesEditor
from widgets.options.numbers import NumberEditor, SliderEditor
from widgets.options.open_choice import FileEditor, OpenChoiceEditor
from widgets.options.pickers import IntsEditor, SeedEditor

EDITORS: dict[str, Callable[[FieldSpec], Editor]] = {
    Kind.BOOL: BoolEditor, Kind.INT: NumberEditor, Kind.FLOAT: NumberEditor, Kind.TEXT: TextEditor,
    Kind.CHOICE: ChoiceEditor, Kind.COMPONENT: ChoiceEditor, Kind.INTS: IntsEditor, Kind.MODEL: ChoiceEditor,
    Kind.CLASS: OpenChoiceEditor, Kind.SEED: SeedEditor, Kind.IMAGE: FileEditor, Kind.MASK: FileEditor,
    Kind.KERNEL: FileEditor, Kind.FOLDER: FileEditor, Kind.PICTURE: FileEditor, Kind.NAMES: NamesEditor,
    Kind.POINTS: ChoiceEditor, Kind.PAINT: FileEditor,
}
SLIDERS = frozenset({"slider", "log-slider"})


def make_editor(spec: FieldSpec) -> Editor:
    """The editor of an option; an unknown kind is edited as text."""
    if spec.widget in SLIDERS and spec.kind in (Kind.INT, Kind.FLOAT) and spec.maximum is not None:
        return SliderEditor(spec)
    return EDITORS.get(str(spec.kind), TextEditor)(spec)
