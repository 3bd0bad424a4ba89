"""From words to an exit code: the one place of the command line that shows errors."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from engines.errors import BadInput, DiskFull, LibraryLocked, WorkbenchError
from workbench.cli.command import BAD_INPUT, DONE, FAILED, STOPPED, Command
from workbench.cli.registry import commands, task_commands
from workbench.cli.terminal import Terminal

EPILOG = ("Exit code: 0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C with what was done kept. "
          "Results go to standard output, progress to standard error.")


def run_command(argv: Sequence[str], out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command.

    Args:
        argv: its name and flags; "--help" shows all commands.
        out, err: standard output and standard error; the process's own by default.

    Returns:
        0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C.
    """
    terminal = Terminal(out or sys.stdout, err or sys.stderr, as_json="--json" in argv)
    try:
        # whatever a library prints would spoil the one JSON document
        with contextlib.redirect_stdout(terminal.err):
            return dispatch(list(argv), terminal)
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
    if name in {"-h", "--help", "help"}:
        overview(terminal)
        return DONE
    command = find(name)
    parser = Parser(prog=f"main.py {name}", description=command.summary, epilog=EPILOG, allow_abbrev=False)
    command.add_flags(parser)
    parser.add_argument("--json", action="store_true", help=json_help(command).replace("%", "%%"))
    if any(word in {"-h", "--help"} for word in argv[1:]):
        terminal.out.write(parser.format_help())
        return DONE
    return command.run(parser.parse_args(argv[1:]), terminal)


def json_help(command: Command) -> str:
    """What --json writes."""
    holds = f": {command.document}" if command.document else ""
    return f"write nothing but one JSON document{holds}; after an error it holds only error, the sentence"


def find(name: str) -> Command:
    """The command of that name; raises BadInput listing all."""
    own = commands()
    if name in own:
        return own[name]
    known = {**task_commands(), **own}
    if name not in known:
        raise BadInput(f"“{name}” is not a command; choose one of {', '.join(known)}.")
    return known[name]


def overview(terminal: Terminal) -> None:
    """All commands with one line each."""
    rows = [f"  {name:10} {command.summary}" for name, command in {**task_commands(), **commands()}.items()]
    lines = ["Usage: main.py               open the window", "       main.py COMMAND …     run a command", "",
             "Commands (each with --help and --json):", *rows, "", EPILOG]
    terminal.out.write("\n".join(lines) + "\n")


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
    """One sentence on standard error, and in the JSON document where one was asked for."""
    terminal.close()
    terminal.say(sentence)
    if terminal.as_json:
        terminal.document({"error": sentence})
    return code
