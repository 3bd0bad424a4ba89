"""`main.py bench`: every line in a process of its own, as ratios within one run."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from workbench.bench.line import Line, Settings, lines, missing, words
from workbench.cli.command import DONE, FAILED, STOPPED, Command, add_machine_flags
from workbench.cli.offscreen import OFFSCREEN
from workbench.cli.terminal import Terminal
from workbench.cli.writing import prepared, write_document
from workbench.interrupt import Interrupt

MAIN = Path(__file__).resolve().parents[3] / "main.py"
LOOK, GRACE = 0.1, 5.0  # s between two looks at Ctrl-C, and for a measurement to end by itself


class Bench(Command):
    """Times this program against its peers and limits."""

    name: ClassVar[str] = "bench"
    document: ClassVar[str] = ("lines (each with name, ours, peer, ratio, goal, ok, unit, note) and ok, whether all "
                               "goals are met; exit code 1 when one is not; after Ctrl-C also stopped")
    examples: ClassVar[tuple[str, ...]] = ("", "--only scrub --json")
    summary: ClassVar[str] = "Time it: against diffusers, and the window’s latency, scrubbing, start and memory."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Which lines, the peer's environment, and the machine."""
        *most, last = words()
        parser.add_argument("--only", metavar="WORDS", default="",
                            help="the line of this name, or those whose name contains this: "
                                 f"{', '.join(most)} or {last}")
        parser.add_argument("--peer-env", type=Path, metavar="DIR",
                            help="environment that has the peer (default: made in the user’s cache when needed)")
        parser.add_argument("--model", metavar="NAME", default="",
                            help="model or model file of photographs, beside BM3D and deepinv (default: photos)")
        parser.add_argument("--out", metavar="DIR", help="also write bench.json into this folder")
        parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
        add_machine_flags(parser, device=False)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Measure line by line; 0 when all goals are met, 1 otherwise. Raises BadInput for an unknown --only."""
        if args.here:
            report([row for line in lines(args.only) for row in measured_here(line, args, terminal)], None, terminal)
            return DONE
        found, chosen = list[dict[str, Any]](), lines(args.only)
        prepared(args.out)
        with terminal.interrupt.gently() as watch:
            for line in chosen:
                terminal.say(f"{line.about}…")
                found += measured_apart(line, args, watch)
                if watch.pressed:
                    break
            report(found, args.out, terminal, stopped=watch.pressed)
        return STOPPED if watch.pressed else DONE if all(row["ok"] for row in found) else FAILED


def measured_here(line: Line, args: argparse.Namespace, terminal: Terminal) -> list[dict[str, Any]]:
    """Measure in this process."""
    from engines.threads import threads

    settings = Settings(args.threads or threads(), args.peer_env, terminal.say, args.model)
    return [figure.document() for figure in line.measure(settings)]


def measured_apart(line: Line, args: argparse.Namespace, watch: Interrupt) -> list[dict[str, Any]]:
    """Measure in a fresh process, so that no line inherits another's memory or threads; nothing after Ctrl-C."""
    command = [sys.executable, str(MAIN), "bench", "--here", "--json", "--only", line.name]
    if args.threads:
        command += ["--threads", str(args.threads)]
    if args.peer_env:
        command += ["--peer-env", str(args.peer_env)]
    if args.model:
        command += ["--model", args.model]
    code, out = output(command, watch)
    if watch.pressed:
        return []
    try:
        document: dict[str, Any] = json.loads(out)
        return document.get("lines") or [missing(line.name, 1.0, "", str(document["error"])).document()]
    except (ValueError, KeyError):
        return [missing(line.name, 1.0, "", f"The measurement ended with exit code {code}.").document()]


def output(command: list[str], watch: Interrupt) -> tuple[int, str]:
    """Exit code and standard output of a process, which Ctrl-C ends together with all that it started."""
    environment = {**os.environ, **OFFSCREEN}
    # in a session of its own: half a measurement is worth nothing, so this process decides how it ends
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment,
                          start_new_session=True) as process:
        while not watch.pressed:
            try:
                out, _ = process.communicate(timeout=LOOK)
                return process.returncode, out
            except subprocess.TimeoutExpired:
                continue
        _end(process)
        return process.returncode, ""


def _end(process: subprocess.Popen[str]) -> None:
    """End a process: it may tidy up for some seconds, then it and its children have no choice."""
    process.terminate()
    try:
        process.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
    if os.name != "nt":
        # macOS refuses it (EPERM) for a group of which only the ended leader is left
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def report(rows: list[dict[str, Any]], out: str | None, terminal: Terminal, *, stopped: bool = False) -> None:
    """The document, and for people a table with the notes under it."""
    # what was not measured is not known to meet its goal
    document: dict[str, Any] = {"lines": rows, "ok": all(row["ok"] for row in rows) and not stopped}
    if stopped:
        document["stopped"] = True
        terminal.say("Stopped; the lines measured until then follow.")
    if out:
        write_document(out, "bench.json", document)
    terminal.table("Bench", ["Line", "Ours", "Peer or limit", "Unit", "Ratio", "Goal", "Ok"],
                   [[row["name"], _number(row["ours"]), _number(row["peer"]), row["unit"], _number(row["ratio"]),
                     f"≤ {row['goal']:g}", "yes" if row["ok"] else "NO"] for row in rows])
    notes = [f"{row['name']}: {row['note']}" for row in rows if row["note"]]
    terminal.document(document, [*notes, f"{sum(row['ok'] for row in rows)} of {len(rows)} goals are met."])


def _number(value: float | None) -> str:
    """A figure for people."""
    return "–" if value is None else f"{value:.3g}"
