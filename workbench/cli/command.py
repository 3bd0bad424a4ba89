"""Command: one word after main.py, its flags and what it does."""

from __future__ import annotations

import argparse
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from workbench.cli.terminal import Terminal
from workbench.home import VARIABLE

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


class Command(ABC):
    """One command. A subclass in `workbench/cli/commands/` sets name and summary."""

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    document: ClassVar[str] = ""  # what the JSON document holds, for the help page
    examples: ClassVar[tuple[str, ...]] = ()  # words after the command's name, for the help page

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own flags; --json is there already."""
        del parser

    @abstractmethod
    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Do it and write the result; returns the exit code, raises WorkbenchError."""


def add_machine_flags(parser: argparse.ArgumentParser, *, device: bool = True) -> None:
    """--device and --threads, shared by all that compute; without the first for what runs on the processor only."""
    group = parser.add_argument_group("Machine")
    if device:
        group.add_argument("--device", default="auto", metavar="NAME",
                           help="where to compute: auto, cpu, cuda, cuda:1 or mps (default auto, the fastest)")
    group.add_argument("--threads", type=_count, default=None, metavar="N",
                       help="processor threads to compute with (default: as many as torch takes)")


def add_home_flag(parser: argparse._ActionsContainer) -> None:
    """--home, for all that read or write the user's data folder; `at_home` makes it so."""
    parser.add_argument("--home", type=_folder, default=None, metavar="DIR",
                        help=f"data folder with the library and your models (default: {VARIABLE}, else your own)")


@contextmanager
def at_home(args: argparse.Namespace) -> Iterator[None]:
    """A block in which the data folder is the one that --home names, for this process and those it starts."""
    before, chosen = os.environ.get(VARIABLE), getattr(args, "home", None)
    if chosen is not None:
        os.environ[VARIABLE] = chosen
    try:
        yield
    finally:
        if chosen is not None:
            os.environ.pop(VARIABLE)
            os.environ.update({} if before is None else {VARIABLE: before})


def _folder(text: str) -> str:
    """A folder by its full path; argparse puts the flag in front of the complaint."""
    if not text.strip():
        raise argparse.ArgumentTypeError("“” is no folder; name one, or leave it out")
    return str(Path(text).expanduser().resolve())


def _count(text: str) -> int:
    """A thread count; argparse puts the flag in front of the complaint."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 1024")
    return int(text)
