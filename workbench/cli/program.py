"""From words to an exit code: the one place of the command line that shows errors."""

from __future__ import annotations

import contextlib
import difflib
import shutil
import sys
import tempfile
import textwrap
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from engines.errors import BadInput, DiskFull, LibraryLocked, WorkbenchError
from workbench.cli.command import BAD_INPUT, DONE, FAILED, STOPPED, Command, at_home
from workbench.cli.registry import commands, task_commands
from workbench.cli.terminal import Terminal
from workbench.interrupt import watched

EPILOG = ("Exit code: 0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C with what was done kept. "
          "A second Ctrl-C ends at once. Results go to standard output, progress to standard error.")
EXAMPLES = ("  main.py generate --label 3 --count 4 --out threes",
            "  main.py generate --recipe threes/generate-000.png    the same again",
            "  main.py train --data photos --name mine              photos: a folder",
            "  main.py open photo.png                               in the window")


def run_command(argv: Sequence[str], out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command.

    Args:
        argv: its name and flags; "--help" shows all commands.
        out, err: standard output and standard error; the process's own by default.

    Returns:
        0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C.
    """
    terminal = Terminal(out or sys.stdout, err or sys.stderr, as_json="--json" in argv)
    with watched(terminal.interrupt, lambda _: terminal.stopping(), lambda _: terminal.end_at_once(STOPPED)):
        return _guarded(list(argv), terminal)


def _guarded(argv: list[str], terminal: Terminal) -> int:
    """Run one command and tell of its errors; returns the exit code."""
    try:
        # whatever a library prints would spoil the one JSON document
        with contextlib.redirect_stdout(terminal.err):
            return dispatch(argv, terminal)
    except WorkbenchError as error:
        bad = isinstance(error, BadInput | DiskFull | LibraryLocked)
        return _failed(terminal, str(error), BAD_INPUT if bad else FAILED)
    except KeyboardInterrupt:
        return _failed(terminal, "Stopped.", STOPPED)
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # nothing may reach the user as a traceback
        return _failed(terminal, unexpected(argv, error), FAILED)
    finally:
        terminal.close()


def dispatch(argv: list[str], terminal: Terminal) -> int:
    """Find the command, parse its flags and run it; raises BadInput for an unknown one."""
    from workbench.cli.flags import Parser

    name = argv[0]
    asks_help = any(word in {"-h", "--help"} for word in argv[1:])
    if name in {"-h", "--help", "help"}:
        return show_help(overview(), terminal)
    command = find(name, terminal if not asks_help else None)
    parser = Parser(prog=f"main.py {name}", description=command.summary, epilog=epilog(command))
    command.add_flags(parser)
    parser.add_argument("--json", action="store_true", help=json_help(command).replace("%", "%%"))
    if asks_help:
        return show_help(parser.format_help(), terminal)
    args = parser.parse_args(argv[1:])
    with at_home(args):
        return command.run(args, terminal)


def show_help(text: str, terminal: Terminal) -> int:
    """Write a help page; returns the exit code."""
    terminal.document({"help": text}, text.rstrip().splitlines())
    return DONE


def epilog(command: Command) -> str:
    """What stands below the flags: examples, and the exit codes."""
    lines = (textwrap.wrap(f"main.py {command.name} {words}", 72, break_on_hyphens=False)
             for words in command.examples)
    examples = "\n".join("  " + " \\\n      ".join(parts) for parts in lines)
    return (f"Examples:\n{examples}\n\n" if examples else "") + wrapped(EPILOG)


def wrapped(text: str, indent: str = "") -> str:
    """Text in lines of the terminal's width, those after the first indented."""
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(text, width, subsequent_indent=indent)


def json_help(command: Command) -> str:
    """What --json writes."""
    holds = f": {command.document}" if command.document else ""
    return f"write nothing but one JSON document{holds}; after an error it holds only error, the sentence"


def find(name: str, terminal: Terminal | None = None) -> Command:
    """The command of that name; raises BadInput with the nearest one.

    terminal: told that it takes a moment where torch must be imported.
    """
    own = commands()
    if name in own:
        return own[name]
    if terminal is not None:
        terminal.status("Starting…")
    known = {**task_commands(), **own}
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        meant = f"did you mean “{near[0]}”? The commands are" if near else "choose one of"
        raise BadInput(f"“{name}” is not a command; {meant} {', '.join(known)}.")
    return known[name]


def overview() -> str:
    """All commands with one line each."""
    everything = {**task_commands(), **commands()}
    wide = max(map(len, everything))
    rows = [wrapped(f"  {name:{wide}}  {command.summary}", " " * (wide + 4)) for name, command in everything.items()]
    return "\n".join(["Usage: main.py               open the window", "       main.py COMMAND …     run a command", "",
                      "Commands (each with --help and --json):", *rows, "", "Examples:", *EXAMPLES, "",
                      wrapped(EPILOG)])


def unexpected(argv: Sequence[str], error: Exception) -> str:
    """Save a report of an error nobody foresaw; the sentence that names it."""
    kind = f"{type(error).__name__}: {error}".strip().split("\n")[0][:200].rstrip(".")
    text = f"main.py {' '.join(argv)}\n\n{''.join(traceback.format_exception(error))}"
    name = f"diffusion-workbench-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    try:
        file = Path(tempfile.gettempdir()) / name
        file.write_text(text, encoding="utf-8")
    except OSError:
        return f"The command failed unexpectedly ({kind}), and no report could be saved."
    return f"The command failed unexpectedly ({kind}); the report is in “{file}”."


def _failed(terminal: Terminal, sentence: str, code: int) -> int:
    """Tell of an error; returns the exit code."""
    terminal.fail(sentence)
    return code
