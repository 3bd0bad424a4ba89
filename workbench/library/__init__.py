"""The SQLite library of runs."""
