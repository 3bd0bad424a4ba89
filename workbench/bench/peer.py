"""A peer's environment: diffusers, or another, beside the very torch this program runs on."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO

import platformdirs

from engines.errors import WorkbenchError

SHARED = "shared-with-the-workbench.pth"
MADE = "made.txt"  # written last: beside what environment, and of which packages


class NoPeer(WorkbenchError):
    """The peer cannot be installed or does not run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A peer. title: for people; packages: as pip takes them; modules: that are there when it runs; folder: begins the
    name of its environment in the user's cache."""

    title: str
    packages: tuple[str, ...]
    modules: tuple[str, ...]
    folder: str

    @property
    def home(self) -> Path:
        """Where the environment is made: in the user's cache, one for each Python."""
        version = f"py{sys.version_info.major}{sys.version_info.minor}"
        return platformdirs.user_cache_path("diffusion-workbench", False) / f"{self.folder}-{version}"


DIFFUSERS = Wanted("diffusers", ("diffusers>=0.32",), ("torch", "diffusers"), "peer")


def peer_python(folder: Path | None, say: Callable[[str], object], wanted: Wanted = DIFFUSERS) -> Path:
    """The interpreter of an environment with a peer, made where it is missing; raises NoPeer.

    Its own packages come first; torch is taken from this program's environment, so that both
    sides compute with the same build.
    """
    home = (folder or wanted.home).expanduser()
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # an environment of ours may have been left half made, or share packages with one that is gone
    if not _runs(python, wanted) or (folder is None and not _whole(home, wanted)):
        say(f"Making an environment for {wanted.title} in “{home}” (once)…")
        _make(home, python, wanted)
    if not _runs(python, wanted):
        raise NoPeer(f"The environment in “{home}” has no working {wanted.title}; delete it and try again.")
    return python


def _make(home: Path, python: Path, wanted: Wanted) -> None:
    """Create the environment and install the peer; raises NoPeer with pip's last line."""
    _call([sys.executable, "-m", "venv", str(home)], wanted)
    found = subprocess.run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                           capture_output=True, text=True, check=False)
    (Path(found.stdout.strip()) / SHARED).write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    # the peer's own copy even where this program's environment has one; then whatever it needs and torch's side lacks
    _call([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--ignore-installed",
           "--no-deps", *wanted.packages], wanted)
    # torch stays the one that is shared: a peer that needs torchvision would else bring another with it
    _call([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.packages,
           f"torch=={metadata.version('torch').split('+')[0]}"], wanted)
    (home / MADE).write_text(_made(wanted), encoding="utf-8")


def _made(wanted: Wanted) -> str:
    """What an environment is made of: the folder that it shares, and its packages, a line each."""
    return "\n".join((sysconfig.get_path("purelib"), *wanted.packages))


def _whole(home: Path, wanted: Wanted) -> bool:
    """Whether an environment was made to its end, of these packages and beside this program as it is now."""
    file = home / MADE
    return file.exists() and file.read_text(encoding="utf-8") == _made(wanted)


def _call(command: list[str], wanted: Wanted) -> None:
    """Run a command; raises NoPeer with its last words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise NoPeer(f"{wanted.title} could not be installed ({words[-1][:200].rstrip('.')}); "
                     "name an environment that has it with --peer-env.")


def _runs(python: Path, wanted: Wanted) -> bool:
    """Whether that interpreter is there and finds the peer's modules."""
    if not python.exists():
        return False
    look = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"
    return subprocess.run([str(python), "-c", look, *wanted.modules], capture_output=True, check=False).returncode == 0


class Peer:
    """A running peer that samples one batch for every line it is sent."""

    def __init__(self, process: subprocess.Popen[str], read: IO[str], write: IO[str]) -> None:
        self._process, self._read, self._write = process, read, write

    def seconds(self, loop: str, first: int = 0) -> float:
        """One round of a loop, from starting noise `first` on; raises NoPeer when the peer has ended."""
        self._write.write(f"{loop} {first}\n")
        self._write.flush()
        return float(self.answer())

    def answer(self) -> str:
        """Its next line; raises NoPeer with its last words when there is none."""
        line = self._read.readline()
        if not line:
            words = ((self._process.stderr and self._process.stderr.read()) or "no reason given").strip().splitlines()
            raise NoPeer(f"The peer ended ({words[-1][:200].rstrip('.')}).")
        return line.strip()


@contextmanager
def running(python: Path, script: Path, folder: Path, threads: int) -> Iterator[Peer]:
    """Start the peer's script on the exported folder; ended at the close of the block. Raises NoPeer."""
    # as many threads as we have, and no look at the network in the middle of a measurement
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen([str(python), str(script), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment)
    if process.stdin is None or process.stdout is None:
        raise NoPeer("The peer has no pipes; try again.")
    try:
        peer = Peer(process, process.stdout, process.stdin)
        peer.answer()
        yield peer
    finally:
        # it only ever waits for a line: there is nothing to lose
        process.kill()
        process.communicate()
