"""Reusable Qt widgets; they know Qt, pyqtgraph and numpy, nothing of engines."""
