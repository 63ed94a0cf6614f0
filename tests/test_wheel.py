"""A built wheel, installed into an empty environment and used from another folder."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_wheel_works_away_from_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=600,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=900)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"SPREADGRAPH_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    asked = {("trace", "middle", "managers"): "[14] Boutcher", ("compare", "sustainability"): "one source"}
    for words, expected in asked.items():
        done = subprocess.run(
            [str(python.with_name("spreadgraph")), *words],
            cwd=elsewhere, env=environment, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        assert expected in done.stdout
    assert not any(elsewhere.iterdir())
