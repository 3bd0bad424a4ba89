"""The one family of errors that reaches a user.

An engine raises; exactly one place in the window and one on the command line
shows. Every message is a single sentence that names the offending value and
the remedy, so it can be shown as it stands.
"""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of all errors a user may see: one sentence with value and remedy."""


class BadInput(WorkbenchError):
    """The user gave something that cannot be used (exit code 2)."""


class BadOption(BadInput):
    """An option is out of its range or contradicts another."""


class Unfit(BadOption):
    """A model is of another dimension than the data beside it."""


class BadImage(BadInput):
    """An image is missing, empty, truncated, too large or not an image."""


class BadMask(BadInput):
    """A mask covers nothing, everything, or is of another size."""


class BadPoints(BadInput):
    """A table of points is missing, empty, ragged, not of numbers, or of another shape."""


class BadCheckpoint(BadInput):
    """A checkpoint is a pickle, truncated, of another architecture or modality."""


class BadRecipe(BadInput):
    """A recipe cannot be read, or comes from a newer version."""


class BadData(BadInput):
    """A data folder is missing or holds nothing that can be trained on."""


class NotWritable(BadInput):
    """A file may not be written: no right to, or a read-only disk."""


class NoDevice(BadInput):
    """The asked device does not exist on this machine."""


class OutOfMemory(WorkbenchError):
    """The device ran out of memory even with half the batch."""


class DiskFull(WorkbenchError):
    """A file could not be written because the disk is full."""


class LibraryLocked(WorkbenchError):
    """The library is read-only or open in another window."""


class Diverged(WorkbenchError):
    """Training or sampling left the finite numbers."""
