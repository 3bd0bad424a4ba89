"""Lists and tables: runs, jobs, branches, claims, figures."""
