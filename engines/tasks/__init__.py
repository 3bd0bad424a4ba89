"""Tasks: users' whole jobs, one file each."""
