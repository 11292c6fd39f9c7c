"""Running products: two that tests share, one and four workers strong, and new ones for tests that end theirs."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.tests.serving.product import ACCOUNT, Product, copy_data_dir


class NewProduct(Protocol):
    """Makes a product that is not started yet; `is_fresh` gives it no data directory to begin with."""

    def __call__(self, *, is_fresh: bool = False, **options: Any) -> Product: ...


@contextmanager
def short_folder() -> Iterator[Path]:
    """One that every user can pass through; pytest's own are private, and too long for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="tr-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared_data_dir() -> Iterator[Path]:
    """Of a product that was started once and stopped: a copy of it is started in half the time."""
    with short_folder() as folder:
        product = Product(folder, settings=ACCOUNT)
        try:
            product.start().stop()
        finally:
            product.end()
        yield product.data_dir


@pytest.fixture(scope="session")
def shared_products(prepared_data_dir: Path) -> Iterator[Callable[[int], Product]]:
    running: dict[int, Product] = {}
    with ExitStack() as stack:

        def with_workers(count: int) -> Product:
            if count not in running:
                folder = stack.enter_context(short_folder())
                copy_data_dir(prepared_data_dir, folder / "data")
                product = Product(folder, workers=count, settings=ACCOUNT)
                stack.callback(product.end)
                running[count] = product.start()
            return running[count]

        yield with_workers


@pytest.fixture(params=[1, 4], ids=["one worker", "four workers"])
def product(request: pytest.FixtureRequest, shared_products: Callable[[int], Product]) -> Product:
    """A running product, with one worker and with four. Tests share it and leave it running."""
    return shared_products(request.param)


@pytest.fixture
def single(shared_products: Callable[[int], Product]) -> Product:
    """A running product with one worker. Tests share it and leave it running."""
    return shared_products(1)


@pytest.fixture
def quadruple(shared_products: Callable[[int], Product]) -> Product:
    """A running product with four workers. Tests share it and leave it running."""
    return shared_products(4)


@pytest.fixture
def new_product(prepared_data_dir: Path) -> Iterator[NewProduct]:
    with ExitStack() as stack:

        def make(*, is_fresh: bool = False, **options: Any) -> Product:
            folder = stack.enter_context(short_folder())
            if not is_fresh:
                copy_data_dir(prepared_data_dir, folder / "data")
            product = Product(folder, **options)
            stack.callback(product.end)
            return product

        yield make
