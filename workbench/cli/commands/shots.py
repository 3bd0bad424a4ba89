"""`main.py shots`: pictures of every workspace in both themes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import ClassVar

from workbench.cli.command import DONE, Command
from workbench.cli.terminal import Terminal


class Shots(Command):
    """Screenshots with real content, drawn without a display."""

    name: ClassVar[str] = "shots"
    document: ClassVar[str] = "files"
    summary: ClassVar[str] = "Write pictures of every workspace in both themes and two sizes."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Where they go."""
        parser.add_argument("--out", type=Path, default=Path("shots"), metavar="DIR",
                            help="folder for the pictures (default shots)")

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Write the pictures; raises BadInput or DiskFull when the folder cannot be written."""
        from engines.files import explained

        try:
            args.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explained(error, args.out) from error
        # the same pictures on every machine, and no window flashing up
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from workbench.shots import shots

        terminal.say("Taking pictures of every workspace…")
        shots(args.out)
        files = sorted(str(file) for file in args.out.rglob("*") if file.suffix in {".png", ".gif"})
        terminal.document({"files": files}, files)
        return DONE
