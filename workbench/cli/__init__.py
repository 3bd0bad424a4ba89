"""The command line: the same tasks and options models as the window."""
