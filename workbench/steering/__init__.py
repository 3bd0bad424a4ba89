"""What steers all workspaces alike: going places, opening files, the engine, the lists, the session."""
