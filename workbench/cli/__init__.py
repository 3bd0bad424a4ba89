"""The command line, derived from the tasks."""
