"""Whether a run without steps may have some still."""

from workbench.running.jobs import JobQueue
from workbench.running.mailbox import LiveRun


def to_come(queue: JobQueue, live: LiveRun) -> bool:
    """Whether a run is being read, waits for its turn, or goes on: what it lacks by now may come."""
    return live.loading or (queue.has(live.run) and queue.job(live.run).state.alive)
