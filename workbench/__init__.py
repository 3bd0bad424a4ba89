"""The application: window, docks, jobs, library, command line."""
