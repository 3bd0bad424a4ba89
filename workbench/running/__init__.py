"""How a job runs: the queue, the engine thread, the mailbox, what a run leaves in the library."""
