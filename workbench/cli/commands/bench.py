"""`main.py bench`: every line in a process of its own, as ratios within one run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from workbench.bench.line import Line, Settings, lines, missing
from workbench.cli.command import DONE, FAILED, STOPPED, Command, add_machine_flags
from workbench.cli.interrupt import interruptible
from workbench.cli.terminal import Terminal

MAIN = Path(__file__).resolve().parents[3] / "main.py"


class Bench(Command):
    """Times this program against its peers and limits."""

    name: ClassVar[str] = "bench"
    summary: ClassVar[str] = "Time it: against diffusers, and the window’s latency, scrubbing, start and memory."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Which lines, the peer's environment, and the machine."""
        parser.add_argument("--only", metavar="WORDS", default="", help="lines whose name contains this")
        parser.add_argument("--peer-env", type=Path, metavar="DIR",
                            help="environment that has diffusers (default: made in the user’s cache when needed)")
        parser.add_argument("--out", metavar="DIR", help="also write bench.json into this folder")
        parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
        add_machine_flags(parser)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Measure line by line; 0 when all goals are met, 1 otherwise. Raises BadInput for an unknown --only."""
        found = list[dict[str, Any]]()
        with interruptible() as watch:
            for line in lines(args.only):
                terminal.say(f"{line.about}…")
                found += measured_here(line, args, terminal) if args.here else measured_apart(line, args)
                if watch.pressed:
                    break
        report(found, args.out, terminal)
        return STOPPED if watch.pressed else DONE if all(row["ok"] for row in found) else FAILED


def measured_here(line: Line, args: argparse.Namespace, terminal: Terminal) -> list[dict[str, Any]]:
    """Measure in this process."""
    from engines.threads import threads

    settings = Settings(args.threads or threads(), args.peer_env, terminal.say)
    return [figure.document() for figure in line.measure(settings)]


def measured_apart(line: Line, args: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure in a fresh process, so that no line inherits another's memory or threads."""
    command = [sys.executable, str(MAIN), "bench", "--here", "--json", "--only", line.name]
    if args.threads:
        command += ["--threads", str(args.threads)]
    if args.peer_env:
        command += ["--peer-env", str(args.peer_env)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)
    try:
        document: dict[str, Any] = json.loads(done.stdout)
        return document.get("lines") or [missing(line.name, 1.0, "", str(document["error"])).document()]
    except (ValueError, KeyError):
        return [missing(line.name, 1.0, "", f"The measurement ended with exit code {done.returncode}.").document()]


def report(rows: list[dict[str, Any]], out: str | None, terminal: Terminal) -> None:
    """The document, and for people a table with the notes under it."""
    document: dict[str, Any] = {"lines": rows, "ok": all(row["ok"] for row in rows)}
    if out:
        from workbench.cli.writing import write_document

        write_document(out, "bench.json", document)
    terminal.table("Bench", ["Line", "Ours", "Peer or limit", "Unit", "Ratio", "Goal", "Ok"],
                   [[row["name"], _number(row["ours"]), _number(row["peer"]), row["unit"], _number(row["ratio"]),
                     f"≤ {row['goal']:g}", "yes" if row["ok"] else "NO"] for row in rows])
    notes = [f"{row['name']}: {row['note']}" for row in rows if row["note"]]
    terminal.document(document, [*notes, f"{sum(row['ok'] for row in rows)} of {len(rows)} goals are met."])


def _number(value: float | None) -> str:
    """A figure for people."""
    return "–" if value is None else f"{value:.3g}"
