"""Files that live in memory only, for what asks Qt by path: a style sheet takes pictures in no other way."""

from __future__ import annotations

import struct
from functools import cache

from PySide6.QtCore import qRegisterResourceData

FORMAT = 1  # of Qt's resources: without compression and times
FOLDER, FILE = 2, 0  # flags of a node
ROOT = "made"  # the folder of all these files


def memory_file(name: str, data: bytes) -> str:
    """Path under which Qt finds these bytes for as long as the program runs; a name always stands for the same ones."""
    _register(name, data)
    return f":/{ROOT}/{name}"


@cache
def _register(name: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    """Hand Qt a tree with one file; it keeps pointers to what is returned, which the cache holds for good.

    The layout is that of Qt's resource compiler: nodes of 14 bytes, names with their hashes, data with its size.
    """
    folder_name, file_name = _named(ROOT), _named(name)
    nodes = (struct.pack(">IHII", 0, FOLDER, 1, 1), struct.pack(">IHII", 0, FOLDER, 1, 2),
             struct.pack(">IHHHI", len(folder_name), FILE, 0, 1, 0))  # of no country, in Qt's language “C”
    tree, names, content = b"".join(nodes), folder_name + file_name, struct.pack(">I", len(data)) + data
    qRegisterResourceData(FORMAT, tree, names, content)
    return tree, names, content


def _named(name: str) -> bytes:
    """A name as Qt's resources hold it: length, hash, UTF-16."""
    value = 0
    for letter in name:
        value = (value << 4) + ord(letter)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return struct.pack(">HI", len(name), value) + name.encode("utf-16-be")
