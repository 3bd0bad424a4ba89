"""`python -m workbench.cli.check_child FLAGS…`: `main.py check` as the window runs it, giving way to all else.

But for `--list`, which somebody is waiting for.
"""

from __future__ import annotations

import os
import sys

from workbench.cli.program import run_command

GIVES_WAY = 10  # of 19: a run in the window is not slowed down by what nobody waits for

if __name__ == "__main__":
    if hasattr(os, "nice") and "--list" not in sys.argv:  # not on Windows
        os.nice(GIVES_WAY)
    # the claims are small: more than one thread would only get in each other's way
    sys.exit(run_command(["check", "--json", "--each", "--threads", "1", "--device", "cpu", *sys.argv[1:]]))
