"""One window for a library: what is asked of a second one is handed to the first."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from workbench.home import Home

PATIENCE = 4.0  # s: a window that has just started takes a moment to listen
BETWEEN = 100  # milliseconds between two attempts to reach it
LONGEST = 1 << 20  # bytes of a request: thousands of file names
TAKEN = b"taken\n"


def address(home: Home) -> str:
    """The name that the windows of one library meet under; short, since systems allow no long ones."""
    folder = os.path.normcase(home.root.expanduser().resolve())
    return f"diffusion-workbench-{hashlib.sha256(folder.encode()).hexdigest()[:16]}"


class Reception(QObject):
    """Listens for later starts on the same library; made by whoever holds its lock.

    Signals: asked(object) with a list of Paths, empty when the window is only to come to the front.

    Args:
        home: of the library.
        parent: deletes it.
    """

    asked = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # what a killed window left behind: the lock is ours, so nobody listens there
        QLocalServer.removeServer(address(home))
        self._server.newConnection.connect(self._greet)
        # where no socket can be made a second window opens on a library of its own, as it does for another user
        self._server.listen(address(home))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Talk(socket, self)


class _Talk(QObject):
    """One request; ends with its connection. It has no signals.

    Args:
        socket: the connection, which it takes over.
        reception: tells of the request.
    """

    def __init__(self, socket: QLocalSocket, reception: Reception) -> None:
        super().__init__(reception)
        self._socket, self._reception = socket, reception
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        self._read()  # it may all be there already

    def _read(self) -> None:
        """A whole line is a request; what is longer or no request is sent away without an answer."""
        socket = self._socket
        if not socket.canReadLine():
            if socket.bytesAvailable() > LONGEST:
                socket.abort()
            return
        files = _files(bytes(socket.readLine(LONGEST).data()))
        if files is None:
            socket.abort()
            return
        socket.write(TAKEN)
        socket.flush()
        # once this connection is done with: what is opened may take a while
        QTimer.singleShot(0, self._reception, lambda: self._reception.asked.emit(files))


def hand_over(home: Home, files: Sequence[str], patience: float = PATIENCE) -> str:
    """Give files to the window that has the library; the sentence that says so, or "" when it does not answer.

    Args:
        files: absolute paths, none to bring that window to the front.
        patience: seconds to wait for an answer.
    """
    end = time.monotonic() + patience
    request = json.dumps({"open": list(files)}).encode() + b"\n"
    socket = QLocalSocket()
    while (left := round(1000 * (end - time.monotonic()))) > 0:
        socket.connectToServer(address(home))
        if socket.waitForConnected(left):
            break
        QThread.msleep(min(BETWEEN, left))
    else:
        return ""
    socket.write(request)
    while not socket.canReadLine() and (left := round(1000 * (end - time.monotonic()))) > 0:
        if not socket.waitForReadyRead(left):
            break
    answered = bytes(socket.readLine().data()) == TAKEN
    socket.abort()
    return _told(home, files) if answered else ""


def _told(home: Home, files: Sequence[str]) -> str:
    names = " and ".join(f"“{Path(name).name}”" for name in files[:2])
    names = names if len(files) <= 2 else f"{len(files)} files"
    done = f"it opens {names}" if files else "it comes to the front"
    return f"The library in “{home.root}” is open in a window already; {done}."


def _files(line: bytes) -> list[Path] | None:
    """The files of a request, None when it is none."""
    try:
        values: Any = json.loads(line)
        return [Path(str(name)) for name in values["open"]]
    except (ValueError, KeyError, TypeError):
        return None
