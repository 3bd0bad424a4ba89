"""Pictures that options of a form name: the one on the canvas, the selected sample, or a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from widgets.options.fields import Kind
from workbench.background import LARGE, size_of
from workbench.controllers.files import PICTURES, ask_open
from workbench.controllers.picture import PictureController
from workbench.controllers.which import newest_sample
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.preparing import Packing


class NamedPictures:
    """Packs them, and lets the user choose files. It has no signals.

    Args:
        desk, panel: shared parts.
        picture: has the picture on the canvas, and the selected sample.
        own: whether a task is one of the workspace.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, picture: PictureController, own: Callable[[str], bool]) -> None:
        self._desk, self._panel, self._picture, self._own = desk, panel, picture, own
        panel.browse_requested.connect(self._browse)

    def packing(self) -> Packing:
        """The pictures that the form names, by these names; raises BadImage for one that there is not."""
        form = self._panel.form
        rows = [form.row(name) for name in form.named(Kind.PICTURE)] if form is not None else []
        packings = [self._packing(str(row.editor.value())) for row in rows if row is not None]

        def pack() -> dict[str, bytes]:
            return {name: data for packing in packings for name, data in packing.pack().items()}

        return Packing(pack, slow=any(packing.slow for packing in packings)) if packings else Packing()

    def _packing(self, name: str) -> Packing:
        from engines.errors import BadImage
        from engines.modalities.image import png_bytes
        from engines.shown import CANVAS, SAMPLE

        if name == CANVAS:
            return self._picture.attachments({"image": CANVAS})
        if name != SAMPLE:
            return Packing(lambda: {name: _read(Path(name))}, slow=size_of(Path(name)) > LARGE)
        pixels = self._picture.sample_pixels()
        pixels = newest_sample(self._desk.library, self._desk.queue.engines) if pixels is None else pixels
        if pixels is None:
            raise BadImage("There is no sample yet; run something first, or choose a file.")
        return Packing(lambda: {name: png_bytes(pixels)})

    def _browse(self, option: str) -> None:
        """The button of such an option was pressed."""
        form = self._panel.form
        if form is None or not self._own(self._panel.task):
            return
        name = next((name for name in form.named(Kind.PICTURE) if name.rpartition(".")[2] == option), "")
        row = form.row(name)
        if row is not None:
            ask_open(self._desk, row.spec.title, PICTURES, lambda path: self.choose(name, path))

    def choose(self, name: str, path: Path) -> None:
        """Put a file into an option, nested ones by "component.option"."""
        form = self._panel.form
        row = form.row(name) if form is not None else None
        if row is not None:
            row.editor.set_value(str(path))
            row.editor.edited.emit()


def _read(file: Path) -> bytes:
    from engines.errors import BadImage
    from engines.files import MAX_BYTES

    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadImage(f"“{file}” is larger than {MAX_BYTES // 2**20} MB; scale it down first.")
        return file.read_bytes()
    except OSError as error:
        raise BadImage(f"“{file}” cannot be opened ({error.strerror or error}); choose another picture.") from error
