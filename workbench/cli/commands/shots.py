"""`main.py shots`: pictures of every workspace in both themes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import ClassVar

from workbench.cli.command import DONE, STOPPED, Command
from workbench.cli.offscreen import OFFSCREEN
from workbench.cli.terminal import Terminal
from workbench.cli.writing import prepared


class Shots(Command):
    """Screenshots with real content, drawn without a display."""

    name: ClassVar[str] = "shots"
    document: ClassVar[str] = "files, and after Ctrl-C stopped"
    examples: ClassVar[tuple[str, ...]] = ("--out pictures", "--only lessons")
    summary: ClassVar[str] = ("Write pictures of every workspace in both themes, at 1280×800, 1440×900 and 1920×1080, "
                              "one of every lesson, and a film of a scrub.")

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Where they go."""
        parser.add_argument("--out", type=Path, default=Path("shots"), metavar="DIR",
                            help="folder for the pictures (default shots)")
        parser.add_argument("--only", metavar="GROUP", default="",
                            help="those of one group: images, inverse, train, points or lessons")

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Write the pictures until all are there or Ctrl-C comes; raises BadInput or DiskFull for a bad folder."""
        out = args.out.expanduser()
        # the same pictures on every machine, and no window flashing up
        os.environ.update(OFFSCREEN)
        from workbench.shots.shots import shots, total

        expected = total(args.only)
        prepared(str(out))
        terminal.say(f"Taking {expected} pictures; models are trained for some of them…")
        files = list[str]()
        with terminal.interrupt.gently() as watch:
            for file in shots(out, lambda: watch.pressed, args.only):
                files.append(str(file))
                terminal.progress(len(files), expected, file.name)
        terminal.close()
        if not watch.pressed:
            terminal.document({"files": files}, files)
            return DONE
        terminal.say(f"Stopped; {len(files)} of {expected} pictures were taken and are kept.")
        terminal.document({"files": files, "stopped": True}, files)
        return STOPPED
