"""The notebooks run from top to bottom, are short, and stored without output."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = ("01-trace-a-claim", "02-explore-the-network", "03-your-own-question")
EACH = pytest.mark.parametrize("name", NAMES)


def notebook(name: str) -> dict[str, Any]:
    """Return a notebook as it is stored."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return content


def outputs(executed: Any) -> list[Any]:
    """Return what all cells gave."""
    return [output for cell in executed.cells for output in cell.get("outputs", ())]


@pytest.fixture(scope="module", params=NAMES)
def executed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run a notebook in an empty folder."""
    import nbformat
    from nbclient import NotebookClient

    read = nbformat.reads((FOLDER / f"{request.param}.ipynb").read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    folder = tmp_path_factory.mktemp("notebook")
    with warnings.catch_warnings():
        # The kernel's own plumbing warns about event loops and sockets; the notebooks have no part in it.
        warnings.simplefilter("ignore")
        NotebookClient(read, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return read


def test_no_notebook_is_left_out() -> None:
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NAMES


@EACH
def test_it_is_stored_without_output(name: str) -> None:
    code = [cell for cell in notebook(name)["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@EACH
def test_it_is_short(name: str) -> None:
    assert len(notebook(name)["cells"]) <= 20


def test_it_runs(executed: Any) -> None:
    found = outputs(executed)
    assert found
    assert [output for output in found if output.output_type == "error" or output.get("name") == "stderr"] == []


def test_each_shown_answer_has_a_text_for_screens_without_html(executed: Any) -> None:
    shown = [output.data for output in outputs(executed) if output.output_type == "execute_result"]
    assert shown
    assert all(data["text/plain"].strip() and not data["text/plain"].startswith("Shown(") for data in shown)
