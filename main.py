"""Diffusion Workbench: without arguments the window, with a command a task on the command line."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window or run a command.

    Args:
        argv: the words after the program's name; those of the process by default.

    Returns:
        0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C with what was done kept.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words:
        try:
            from workbench.cli.program import run_command
        except KeyboardInterrupt:
            return stopped_early(words)
        return run_command(words)
    try:
        return open_window()
    except KeyboardInterrupt:  # before the window could watch for it
        return stopped_early(words)


def stopped_early(words: Sequence[str]) -> int:
    """Ctrl-C came before a command could watch for it: the same sentence, document and exit code."""
    sys.stderr.write("Stopped.\n")
    sys.stdout.write('{"error": "Stopped."}\n' if "--json" in words else "")
    return 130


def open_window() -> int:
    """Open the window; where none can be, say why and return 1."""
    from workbench.screen import no_window

    why = no_window()
    if why:
        sys.stderr.write(why + "\n")
        return 1
    from workbench.app import run

    return run([])


if __name__ == "__main__":
    code = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said, and tearing down must not end in a traceback
    gc.freeze()  # what torch brought would be searched for garbage once more, which takes longer than many a command
    sys.exit(code)
