"""Long work that goes on without its page: recorded, with progress, to be cancelled, left and come back to."""

from __future__ import annotations

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import JobView


class Jobs:
    """The jobs of one server process: a small pool of threads over the record.

    Args:
        record: where jobs are kept.
        workers: how many run at the same time; the others wait.
    """

    def __init__(self, record: Record, *, workers: int = 2) -> None:
        self.record, self.workers = record, workers

    def start(self) -> None:
        """Begin to serve: jobs of processes that are gone become ``lost``."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop serving: what runs is asked to stop and becomes ``lost``, to be started again."""
        raise NotImplementedError

    def job(self, actor: Actor, job_id: str) -> JobView:
        """One job as it stands.

        Raises:
            NotFound: not there, or of another unit.
        """
        raise NotImplementedError

    def recent(self, actor: Actor, unit_id: int | None = None, year: int | None = None, *, limit: int = 20) -> tuple[JobView, ...]:
        """Jobs one may see, newest first; of one unit and year if given."""
        raise NotImplementedError

    def cancel(self, actor: Actor, job_id: str) -> JobView:
        """Ask a job to stop; one that is over stays as it is.

        Raises:
            NotFound, Refused: not there or not one's own, or no right.
        """
        raise NotImplementedError

    def retry(self, actor: Actor, job_id: str) -> JobView:
        """Start the work of a failed, cancelled or lost job again, as a new job; parts that were done are not written again.

        Raises:
            InputError: the job is not over, or was done.
            NotFound, Refused: not there or not one's own, or no right.
        """
        raise NotImplementedError
