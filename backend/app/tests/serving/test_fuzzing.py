"""Every operation of the API document, called with what fits it and what does not; a short run of `fuzzing.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.tests.serving.fuzzing import Grounds, fuzz, running_grounds

# Few, and the same each time: what is found here was broken just now. The long run looks further.
OPTIONS = ["--phases", "examples,fuzzing", "--max-examples", "1", "--seed", "1", "--generation-deterministic"]


@pytest.fixture(scope="module")
def grounds() -> Iterator[tuple[Grounds, Path]]:
    with running_grounds() as laid_out:
        yield laid_out


@pytest.mark.parametrize("role", ["owner", "viewer", "stranger"])
def test_nobody_gets_an_answer_that_the_document_does_not_tell_of(grounds: tuple[Grounds, Path], role: str) -> None:
    station, folder = grounds

    done = fuzz(station, *OPTIONS, role=role, folder=folder)

    assert done.returncode == 0, done.stdout
    assert "generated" in done.stdout
    assert "unexpected_error" not in station.product.err
