"""The user's data folder: where the library, models, presets and reports live."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engines.errors import DiskFull, LibraryLocked, WorkbenchError

VARIABLE = "WORKBENCH_HOME"
NAME = "diffusion-workbench"
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder.

    temporary: made for a session whose library cannot be used, and deleted with it;
    borrowed: the folder that cannot be used, whose models and runs can still be read.
    """

    root: Path
    temporary: bool = False
    borrowed: Path | None = None

    @property
    def runs(self) -> Path:
        """One sub-folder a run."""
        return self.root / "runs"

    @property
    def models(self) -> Path:
        """Models the user added; trained ones stay in their run's folder."""
        return self.root / "models"

    @property
    def presets(self) -> Path:
        """Saved options, one TOML file each."""
        return self.root / "presets"

    @property
    def reports(self) -> Path:
        """Reports of failed jobs."""
        return self.root / "reports"

    @property
    def trash(self) -> Path:
        """Folders of deleted runs until the trash is emptied."""
        return self.root / "trash"

    @property
    def database(self) -> Path:
        """The library's SQLite file."""
        return self.root / "library.sqlite"

    @property
    def session(self) -> Path:
        """What was open, as JSON."""
        return self.root / "session.json"

    @property
    def claims(self) -> Path:
        """What was measured of the program's claims, as JSON."""
        return self.root / "claims.json"

    @property
    def drafts(self) -> Path:
        """Pictures and masks that no run has taken yet, beside the session that names them."""
        return self.root / "drafts"

    @property
    def points(self) -> Path:
        """The user's point sets."""
        return self.root / "points"

    @property
    def cache(self) -> Path:
        """What can be made again, such as decoded data sets; anybody may delete it at any time."""
        # the system's cache folder only for the usual home: another one takes all it makes with it when it is deleted
        return platformdirs.user_cache_path(NAME, False) if self.usual else self.root / "cache"

    @property
    def usual(self) -> bool:
        """Whether it is the platform's own place, which needs no telling."""
        return self.root == platformdirs.user_data_path(NAME, False)

    @property
    def lender(self) -> Home:
        """Where what was kept before is read: the home it is borrowed from, or this one."""
        return Home(self.borrowed) if self.borrowed else self

    def run_folder(self, run: str) -> Path:
        """Folder of a run that is not in the trash."""
        return self.runs / run

    def model_folders(self) -> tuple[Path, ...]:
        """Where models are looked for besides the bundled ones: the user's own and every run."""
        lent = self.lender.model_folders() if self.borrowed else ()
        return (self.models, self.runs, *lent)

    def create(self) -> None:
        """Make the folders and try a write; raises LibraryLocked (read-only) or DiskFull."""
        try:
            for folder in (self.root, self.runs, self.models, self.presets, self.reports, self.trash):
                folder.mkdir(parents=True, exist_ok=True)
            # permission bits lie on network drives and for root; only a write tells
            probe = self.root / f".probe-{os.getpid()}"
            try:
                probe.write_bytes(b"probe")
            finally:  # a full disk makes the file and has no room for what is in it
                probe.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(error, self.root) from error

    def remove(self) -> None:
        """Delete a temporary home; does nothing to a user's own."""
        if self.temporary:
            shutil.rmtree(self.root, ignore_errors=True)


def home() -> Home:
    """The user's data folder: WORKBENCH_HOME, else the platform's own place. Nothing is created."""
    chosen = os.environ.get(VARIABLE)
    return Home(Path(chosen).expanduser() if chosen else platformdirs.user_data_path(NAME, False))


def temporary_home(borrowed: Path | None = None) -> Home:
    """A home of this session only, for when the user's (`borrowed`) cannot be written; raises DiskFull."""
    try:
        made = Home(Path(tempfile.mkdtemp(prefix="diffusion-workbench-")), temporary=True, borrowed=borrowed)
    except OSError as error:
        raise unwritable(error, Path(tempfile.gettempdir())) from error
    made.create()
    return made


def unwritable(error: OSError, path: Path) -> WorkbenchError:
    """The user's sentence for a failed write in the data folder."""
    if error.errno in FULL:
        return DiskFull(f"The disk that holds “{path}” is full; free some space and try again.")
    return LibraryLocked(f"The data folder “{path}” cannot be written ({error.strerror or error}); "
                         f"make it writable or set {VARIABLE} to another folder.")
