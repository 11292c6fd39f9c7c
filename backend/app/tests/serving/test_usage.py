"""The examples of USAGE.MD, run by a shell, in their order, against the running product."""

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.tests.documents import FENCE
from app.tests.serving.product import EMAIL, PASSWORD, Product

REPO = Path(__file__).parents[4]
SERVER = "http://127.0.0.1:8000"
# Ends only when somebody ends it; test_streams.py follows a stream.
ENDLESS = "curl -N "


def examples(document: Path) -> list[str]:
    """The blocks of shell that end by themselves."""
    blocks = [fence.partition("\n")[2].rpartition("\n")[0] for fence in FENCE.findall(document.read_text("utf-8"))]
    return [block for block in blocks if ENDLESS not in block]


@pytest.mark.skipif(not (REPO / "USAGE.MD").exists(), reason="only the backend is mounted here")
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("python3")), reason="the examples need both")
def test_every_example_does_what_it_says(single: Product, tmp_path: Path) -> None:
    blocks = examples(REPO / "USAGE.MD")
    script = "\necho\n".join(["set -euxo pipefail", *blocks]).replace(SERVER, single.url)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "EMAIL": EMAIL, "PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(blocks) >= 14
    assert done.stdout.count('"detail"') == 0
    (table,), (lines,) = tmp_path.glob("*.csv"), tmp_path.glob("*.jsonl")
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert "Deck was off" in [press["note"] for press in csv.DictReader(file)]
    statuses = [json.loads(line)["status"] for line in lines.read_text("utf-8").splitlines()]
    assert statuses == ["counted", "counted"]
