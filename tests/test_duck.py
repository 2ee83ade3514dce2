"""What every connection is like."""

from transforms.duck import connect


def test_a_slow_query_prints_nothing_of_its_progress():
    """DuckDB shows the progress of what takes two seconds, on a command's own output; a cursor takes over what is set."""
    setting = "select value from duckdb_settings() where name = 'enable_progress_bar'"
    assert connect().cursor().execute(setting).fetchall() == [("false",)]
