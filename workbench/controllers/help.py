"""Command palette, shortcut list, About."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from widgets.controls.command_palette import CommandPalette, Entry
from widgets.controls.shortcut_overlay import ShortcutOverlay
from widgets.drawing.resources import resource
from workbench import bridge
from workbench.actions import Actions, Spec
from workbench.controllers.presets import PresetController
from workbench.desk import Desk
from workbench.library.records import Query
from workbench.task_actions import TASK
from workbench.wording.run_words import facts_apart

DOCS = Path(__file__).resolve().parents[2] / "docs"
NEWEST, FOUND = 200, 12  # runs at hand in the palette, and those that a search brings
CANVAS_KEYS = (("Brush, eraser, rectangle, lasso, fill", "P E R L G"), ("Erase while painting", "Ctrl"),
               ("Crop to choose what the model sees", "X"), ("Size of the brush", "Ctrl+wheel"),
               ("Width of the soft edge", "Shift+wheel"), ("Zoom", "Wheel, + −"),
               ("Move the picture", "Space + drag  Alt+arrows"), ("Pixel for pixel", "Ctrl+1"),
               ("Move the divider of before and after", "Shift+←  Shift+→"))
GRID_KEYS = (("Sample above, below", "↑  ↓"), ("Enlarge, back", "Enter  Esc"), ("Compare a branch", "Ctrl+click"))


GUIDES = (("guide", "User guide", "Images, training, the library and all that workspaces share"),
          ("points", "Guide to Points", "What Points shows and how it is measured"),
          ("inverse", "Guide to inverse problems", "Restore, Compare methods and the posterior laboratory: what each "
           "method computes, costs and takes"),
          ("reference", "Every option and key", "All tasks with their options, actions and keys"))


class HelpController:
    """Opens the overlays of the window.

    Args:
        desk: shared parts.
        show_run: puts a run on the canvas.
        choose_model: takes a model into the form.
        presets: lists presets, and takes one into the form.
        here: whether a task is one of the workspace that is shown.
    """

    def __init__(self, desk: Desk, show_run: Callable[[str], None], choose_model: Callable[[str], None],
                 presets: PresetController, here: Callable[[str], bool]) -> None:
        self._desk, self._show_run, self._choose_model, self._presets = desk, show_run, choose_model, presets
        self._here = here
        self.models: list[tuple[str, str]] = []
        self.palette = CommandPalette(desk.window)
        self.palette.chosen.connect(self._chosen)
        self.shortcuts = ShortcutOverlay(desk.window)
        add = desk.actions.add
        add(Spec("help.palette", "Find a command, run, model or preset", "Help", "Ctrl+K", section="find"),
            self.open_palette)
        add(Spec("help.shortcuts", "Keyboard shortcuts", "Help", "?; F1", section="find"), self.open_shortcuts)
        for page, title, told in GUIDES:
            add(Spec(f"help.{page}", title, "Help", section="find", help=f"{told}, as a page"),
                partial(self.open_guide, f"{page}.md"))
        add(Spec("help.about", "About and licences", "Help", section="about"), self.open_about)

    def open_guide(self, page: str) -> None:
        """Show a page of the guide with the program that the system has for it."""
        file = DOCS / page
        if not file.is_file():
            self._desk.complain(f"The guide is not part of this installation; read docs/{page} of the source.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
            self._desk.complain(f"No program answered that shows a page; the guide is “{file}”.")

    def entries(self) -> list[Entry]:
        """What the palette has at hand: actions, the newest runs, models; then what can be done at another time.

        Tasks of other workspaces stand behind those of the one that is shown, which may have the same names.
        """
        able = self._desk.actions
        specs = sorted((spec for spec, _ in able), key=lambda spec: self._elsewhere(spec.name))
        actions = [Entry(f"action:{spec.name}", able.title(spec.name).rstrip("…"), spec.menu, Actions.keys(spec),
                         able.lacks(spec.name)) for spec in specs]
        runs = self._runs(Query(limit=NEWEST))
        models = [Entry(f"model:{value}", title, "Model") for value, title in self.models]
        presets = [Entry(f"preset:{file}", file.stem, "Preset") for file in self._presets.files()]
        return [*(entry for entry in actions if not entry.lacks), *runs, *models, *presets,
                *(entry for entry in actions if entry.lacks)]

    def _elsewhere(self, action: str) -> bool:
        """Whether an action shows a task of another workspace."""
        return action.startswith(TASK) and not self._here(action.removeprefix(TASK))

    def _runs(self, query: Query) -> list[Entry]:
        runs = self._desk.library.runs(query)
        told = facts_apart(runs)
        return [Entry(f"run:{run.id}", run.title, told[run.id]) for run in runs]

    def open_palette(self) -> None:
        """Show the palette; what is typed is looked for in the whole library, as its filter does."""
        self.palette.open(self.entries(), lambda words: self._runs(Query(words, limit=FOUND)))

    def _chosen(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "action":
            self._desk.actions[name].trigger()
        elif kind == "run":
            self._show_run(name)
        elif kind == "preset":
            self._presets.apply(Path(name))
        else:
            self._choose_model(name)

    def open_shortcuts(self) -> None:
        """Show all keys on one page."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for spec, _ in self._desk.actions:
            keys = "  ".join(Actions.all_keys(spec))
            if keys:
                plain = "Canvas" if spec.section == "brush" else "Steps and samples"
                title = plain if spec.plain else spec.menu or "More"
                sections.setdefault(title, []).append((self._desk.actions.title(spec.name).rstrip("…"), keys))
        sections.setdefault("Steps and samples", []).extend(GRID_KEYS)
        sections.setdefault("Canvas", []).extend(CANVAS_KEYS)
        self.shortcuts.open(sections)

    def open_about(self) -> None:
        """Show versions and licences."""
        dialog = About(self._desk.window)
        dialog.open()


class About(QDialog):
    """What this is, which versions run, and the licences of all that is bundled. It has no signals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Diffusion Workbench")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 520)
        text = QTextBrowser()
        text.setAccessibleName("Versions and licences")
        text.setPlainText(about_text())
        layout = QVBoxLayout(self)
        layout.addWidget(text)


def about_text() -> str:
    """The program with its version and licence, then its libraries, fonts, icons, data and models with theirs."""
    root, own = resource("."), bridge.own_version()
    parts = [f"Diffusion Workbench {own}".strip(),
             "Train, watch, steer and debug diffusion models in one window.", _text(root.parent / "LICENSE"),
             "It runs on\n" + "\n".join(f"{name} {version}" for name, version in bridge.versions().items())]
    for title, pattern in (("Fonts", "fonts/OFL*"), ("Icons", "icons/LICEN*"), ("Data", "data/README.md"),
                           ("Models", "models/README.md")):
        parts += [f"{title}\n\n{_text(file)}" for file in sorted(root.glob(pattern))]
    return "\n\n\n".join(part for part in parts if part)


def _text(file: Path) -> str:
    """The text of a file that may have been left out of an installation."""
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""
