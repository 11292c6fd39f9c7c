"""Passwords that are guessed on a running server with more than one worker."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2

from app.tests.serving.conftest import NewProduct
from app.tests.serving.product import ACCOUNT, EMAIL, PASSWORD, Product

GUESSES = 24


def log_in(product: Product, email: str, password: str) -> httpx2.Response:
    # On a connection of its own, so that any of the workers may take it.
    form = {"username": email, "password": password}
    return httpx2.post(f"{product.url}/api/v1/login/access-token", data=form, timeout=15)


def test_guesses_that_are_made_at_once_in_two_workers_do_not_slip_through(new_product: NewProduct) -> None:
    product = new_product(workers=2, settings=ACCOUNT).start()
    assert log_in(product, EMAIL, PASSWORD).status_code == 200

    with ThreadPoolExecutor(GUESSES) as pool:
        answers = list(pool.map(lambda _: log_in(product, "nobody@example.com", "wrong"), range(GUESSES)))

    # A second may pass meanwhile, and with it the first wait.
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() == {400, 429}
    assert statuses[400] <= 7
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 429)
    assert log_in(product, EMAIL, PASSWORD).status_code == 200
    assert log_in(product, EMAIL, "wrong").status_code == 400
