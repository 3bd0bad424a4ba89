"""Whether a run has steps, and without any whether it may have some still."""

from workbench.running.jobs import JobQueue
from workbench.running.mailbox import LiveRun


def begun(live: LiveRun) -> bool:
    """Whether there is a step of a run to look at."""
    return live.opened is not None and live.trajectory is not None and live.trajectory.last >= live.trajectory.first


def to_come(queue: JobQueue, live: LiveRun) -> bool:
    """Whether a run is being read, waits for its turn, or goes on: what it lacks by now may come."""
    return live.loading or (queue.has(live.run) and queue.job(live.run).state.alive)
