"""Commands that are not tasks; a new file here is a new command."""
