"""Which of several processes runs which tests, when all are run at once."""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Its tests kill the running product and say in which time it answers; two at a time would take that time from each other.
# It takes about as long as all the rest, so it is begun first.
SERVING = "app/tests/serving"


class SharingOut(LoadScopeScheduling):
    """File by file, to whoever has the least left to do. The tests of a file share what it makes for them."""

    def _split_scope(self, nodeid: str) -> str:
        return SERVING if nodeid.startswith(f"{SERVING}/") else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if SERVING in self.workqueue:
            self.workqueue.move_to_end(SERVING, last=False)
        super()._assign_work_unit(node)
