"""`main.py open FILE`: the window with a picture, recipe, checkpoint or folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from engines.errors import BadInput, WorkbenchError
from workbench.cli.command import Command, add_home_flag
from workbench.cli.terminal import Terminal
from workbench.screen import no_window


class Open(Command):
    """Opens the window with files."""

    name: ClassVar[str] = "open"
    document: ClassVar[str] = "files, once the window is closed"
    examples: ClassVar[tuple[str, ...]] = ("photo.png", "threes/generate-000.png")
    summary: ClassVar[str] = "Open the window with a picture, an exported PNG, a recipe, a model or a folder."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """The files."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="picture, recipe, model or folder")
        add_home_flag(parser)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Open the window until it is closed; raises BadInput for a missing file, WorkbenchError without a screen."""
        for name in args.files:
            if not Path(name).expanduser().exists():
                raise BadInput(f"“{name}” does not exist; name a picture, recipe, model or folder.")
        why = no_window()
        if why:
            raise WorkbenchError(why)
        # only now: importing it takes Qt, which a refused call can do without
        from workbench.app import run

        files = [str(Path(name).expanduser().resolve()) for name in args.files]
        told = list[str]()
        code = run(files, told.append, terminal.fail)
        terminal.document({"files": files, "told": " ".join(told)}, told)
        return code
