"""The environment of a command that draws a window without a display."""

from __future__ import annotations

# without a display there are no hints about a window's size to pass on, which Qt would remark for every window
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
