"""Two who do the same at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app.core.errors import AppError


def both_at_once(act: Callable[[int], object]) -> list[object]:
    """What two threads got, or the code of the error that they met."""
    barrier = Barrier(2)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except AppError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))
