"""The photographs that the bundled prior of photographs is trained on, collected from their sources.

`python -m engines.data.photographs SOURCES FOLDER` copies them from SOURCES, a folder with the archive `photos.tar` or
its unpacked `photos` and with every Debian package unpacked in a sub-folder of its name, into FOLDER, which is then
trained on. The list names author and licence of each and is all of them that ships.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tarfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from engines.counted import counted
from engines.errors import BadData, WorkbenchError
from engines.files import write_atomic

LIST = Path(__file__).resolve().parents[2] / "resources" / "data" / "photographs.csv"
ARCHIVE = "photos.tar"  # in place of a package: the one collection that is none
MISSING, BAD_INPUT = 1, 2  # exit codes, beside 0
Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Photograph:
    """A row of the list.

    file: its name among those that are trained on; package: the Debian package that holds it, or `ARCHIVE`; path:
    inside of that; author, licence: as its source tells them.
    """

    file: str
    package: str
    path: str
    author: str
    licence: str

    @property
    def way(self) -> str:
        """What is to be done for its package to be among the sources."""
        if self.package == ARCHIVE:
            return f"put the archive “{ARCHIVE}” there, or its unpacked folder “{Path(self.path).parts[0]}”"
        return f"run “apt-get download {self.package} && dpkg-deb -x {self.package}*.deb {self.package}” there"


def photographs(file: Path = LIST) -> tuple[Photograph, ...]:
    """All of a list, in its order; raises BadData where it is none."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines, strict=True)
    except (OSError, ValueError, csv.Error) as error:
        raise BadData(f"The list of photographs “{file}” cannot be read ({error}); install the program "
                      "again.") from error
    names = [field.name for field in fields(Photograph)]
    if header != names or any(len(row) != len(names) for row in rows):
        raise BadData(f"“{file.name}” is no list of photographs with the columns {', '.join(names)}; install the "
                      "program again.")
    return tuple(Photograph(*row) for row in rows)


def collect(sources: Path, folder: Path, wanted: Sequence[Photograph]) -> Iterator[str]:
    """Copy photographs into a folder, byte for byte; yields one sentence for each that is missing.

    Args:
        sources: a folder with what holds them, see the module.
        folder: where they get the names of the list; made when missing. Other files in it are left alone.
        wanted: whose files are copied, one after the other, as the iterator is read.

    Raises:
        BadData: the sources are no folder, or their archive is damaged. NotWritable, DiskFull: the folder takes no
            file.
    """
    if not sources.is_dir():
        raise BadData(f"“{sources}” is no folder; choose the one that holds “{ARCHIVE}” and the unpacked packages.")
    with _archive(sources / ARCHIVE) as archived:
        for one in wanted:
            found = _bytes(sources / one.path) or archived(one.path) if one.package == ARCHIVE else _bytes(
                sources / one.package / one.path)
            if found is None:
                yield (f"“{one.file}” is missing, since “{one.package}” is not in “{sources}” or has no “{one.path}”; "
                       f"{one.way}.")
            else:
                write_atomic(folder / one.file, found)


def _bytes(file: Path) -> bytes | None:
    """Those of a file, None where there is none that can be read."""
    try:
        return file.read_bytes()
    except OSError:
        return None


@contextmanager
def _archive(file: Path) -> Generator[Read, None, None]:
    """Reads members of an archive, None for what it does not have; nothing is there without one. Raises BadData."""
    if not file.is_file():
        yield lambda _: None
        return
    try:
        # not compressed, so that a damaged one fails in the archive's own words alone
        with tarfile.open(file, "r:") as archive:
            members = {member.name.removeprefix("./"): member for member in archive.getmembers()
                       if member.isfile()}

            def read(path: str) -> bytes | None:
                stream = archive.extractfile(members[path]) if path in members else None
                return stream.read() if stream is not None else None

            yield read
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BadData(f"“{file.name}” is damaged or no archive ({error}); copy it again.") from error


def main(arguments: Sequence[str]) -> int:
    """Collect them and tell of each that is missing; 0 when all are there, 1 when some are not, 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m engines.data.photographs", description=__doc__)
    parser.add_argument("sources", type=Path, help="folder with photos.tar and the unpacked Debian packages")
    parser.add_argument("folder", type=Path, help="where the photographs are put")
    chosen, missing = parser.parse_args(arguments), 0
    try:
        wanted = photographs()
        for sentence in collect(chosen.sources, chosen.folder, wanted):
            sys.stderr.write(f"{sentence}\n")
            missing += 1
    except WorkbenchError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    sys.stdout.write(f"{counted(len(wanted) - missing, 'photograph')} of {len(wanted)} are in “{chosen.folder}”.\n")
    return MISSING if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
