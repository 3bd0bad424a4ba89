"""The lines of `bench`; a new file here is a new line."""
