"""Claims that `check` verifies and tests assert: a measured figure against an expected one."""
