"""Pictures of the window, taken by driving it."""
