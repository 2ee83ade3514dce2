"""The analyst guide and the notebook: what they show runs on a release, and every way gives the same figures."""

import re
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from flows.publish import current_release
from flows.query import open_release
from transforms.duck import rows

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOTEBOOK = DOCS / "notebooks" / "release.ipynb"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / "analysts.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def by_sql(demo_home) -> list[list[dict]]:
    """What each query of the guide finds, in its order."""
    with closing(open_release(current_release(demo_home))) as con:
        return [rows(con, text) for language, text in BLOCKS if language == "sql"]


@pytest.fixture(scope="module")
def by_python(demo_home) -> dict:
    """The names that the guide's Python leaves behind, run as one session in the office's folder."""
    left: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(demo_home.root)
        for language, text in BLOCKS:
            if language == "python":
                exec(compile(text, "docs/analysts.md", "exec"), left)
    return left


def figures(found: list[dict]) -> dict[str, tuple[int, int]]:
    return {row["unit_code"]: (row["numerator"], row["denominator"]) for row in found}


def test_duckdb_pandas_and_polars_give_the_same_figures(by_sql, by_python):
    of_units, _, of_days, _ = by_sql
    known = figures(of_units)
    assert len(known) > 15
    assert figures(of_days) == known
    assert figures(by_python["by_pandas"].to_dict("records")) == known
    assert figures(by_python["by_polars"].to_dicts()) == known


def test_kinds_of_units_add_up_alike(by_sql, by_python):
    of_units, of_kinds, *_ = by_sql
    assert sum(row["denominator"] for row in of_kinds) == sum(row["denominator"] for row in of_units)
    added = by_python["added"]
    assert {row["unit_kind"]: row["rate"] for row in of_kinds} == pytest.approx(added["rate"].to_dict())


def test_the_late_dossiers_are_those_of_the_figures(by_sql, by_python):
    late = by_python["late"].groupby("resolving_unit_code").size().to_dict()
    assert late == {unit: whole - part for unit, (part, whole) in figures(by_sql[0]).items() if whole > part}


def test_every_column_is_explained(by_sql):
    explained = by_sql[-1]
    assert len(explained) > 20
    assert all(row["comment"] for row in explained)


def test_the_notebook_keeps_no_output_and_runs(demo_home, monkeypatch):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
    monkeypatch.setenv("MOTCUA_HOME", str(demo_home.root))
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [output.data["text/plain"] for cell in code for output in cell.outputs]
    assert current_release(demo_home).name in shown[0]
    assert "2020-06" in shown[1]
    assert all("Empty DataFrame" not in text for text in shown)
