"""Asking a release: which one is meant, and where the answer is written."""

import pytest

from flows.publish import current_release
from flows.query import find_release, run_query
from transforms.errors import ConfigError, StorageError


def test_a_release_that_is_not_there_is_told_by_why(home):
    with pytest.raises(ConfigError, match="Run `motcua run`"):
        find_release(home, None)
    with pytest.raises(ConfigError, match=r"no release 2020-01-31-0000\. See `motcua releases`"):
        find_release(home, "2020-01-31-0000")
    home.manifests.mkdir(parents=True)
    (home.manifests / "2020-01-31-0000.json").write_text('{"id": "2020-01-31-0000"}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"pruned.*motcua run --inputs-of 2020-01-31-0000"):
        find_release(home, "2020-01-31-0000")


@pytest.mark.parametrize("table_format", ["table", "csv", "json", "parquet"])
def test_an_answer_lies_where_it_was_asked_for_or_it_is_said_why_not(demo_home, tmp_path, table_format):
    run_query(demo_home, "select 7 as n", table_format, tmp_path / "answer", current_release(demo_home).name)
    assert (tmp_path / "answer").stat().st_size
    with pytest.raises(StorageError, match="nowhere"):
        run_query(demo_home, "select 7 as n", table_format, tmp_path / "nowhere" / "answer", None)
