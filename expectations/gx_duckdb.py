"""Great Expectations on a DuckDB connection that is already open, and what each expectation came to."""

import os
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy.dialects import registry

from expectations.suites import Expectation


@dataclass(frozen=True)
class Outcome:
    """What became of an expectation: the number of rows against it, or why it could not be tried (``crash``)."""

    success: bool
    unexpected_count: int | None = None
    crash: str | None = None


# duckdb_engine takes the connection itself for the cursor. Great Expectations reads a result after SQLAlchemy has
# rolled the connection back, so that every pending result is gone and every expectation looks as if the data were
# bad. Hence a real cursor for each statement, and no transactions: nothing is ever written.
class _Cursor(duckdb_engine.CursorWrapper):
    rowcount = -1

    def __init__(self, cursor: duckdb.DuckDBPyConnection, connection: "_Connection"):
        super().__init__(cursor, connection)
        self._cursor = cursor

    def close(self):
        self._cursor.close()


class _Connection(duckdb_engine.ConnectionWrapper):
    def __init__(self, con: duckdb.DuckDBPyConnection):
        super().__init__(con.cursor())
        self._con = con
        [self._search_path] = con.execute("SELECT current_setting('search_path')").fetchone()

    def cursor(self) -> _Cursor:
        cursor = self._con.cursor()
        cursor.execute("SET search_path = $1", [self._search_path])  # a new cursor forgets the caller's USE
        return _Cursor(cursor, self)


class SharedDuckDB(duckdb_engine.Dialect):
    """SQLAlchemy's dialect ``motcua_duckdb``: reads through the cursors of somebody else's connection."""

    supports_statement_cache = False

    def do_begin(self, connection):
        """Begin nothing."""

    def do_commit(self, connection):
        """Commit nothing."""

    def do_rollback(self, connection):
        """Roll nothing back, so that a pending result stays readable."""


registry.register("motcua_duckdb", __name__, SharedDuckDB.__name__)


# Counts, and no samples: the cells that break an expectation can be personal.
_COUNTS_ONLY = {"result_format": "BASIC", "exclude_unexpected_values": True, "partial_unexpected_count": 0}

# An error's message can quote a cell ("Could not convert string 'Nguyễn Văn A'"). These speak of names only.
_SAYS_ONLY_NAMES = re.compile(r"(?:Binder|Catalog) Error: (.+)|Error: (The column \"[^\"]*\" in BatchData does not exist)")
_WITHHELD = "the check crashed; the message is withheld, as it may quote a value"


def validate(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, Expectation]]) -> dict[str, Outcome]:
    """Hold each table's expectations, named by an id, against it and return the outcome by id.

    Only committed tables are seen, and no temporary ones. Nothing is written, and no table has to exist.
    """
    gx = load()
    context = _context(gx)
    source = context.data_sources.add_sql(
        "home",
        connection_string="motcua_duckdb://",
        create_temp_table=False,
        kwargs={"creator": lambda: _Connection(con)},
    )
    outcomes = {}
    for table, expectations in tables.items():
        outcomes |= _validate_table(gx, source, table, expectations)
    source.get_engine().dispose()
    return outcomes


def load():
    """Import Great Expectations (three seconds), silent and without telemetry."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # It imports two modules of the standard library by names that Python 3.11 has deprecated.
        warnings.filterwarnings("ignore", r"module 'sre_\w+' is deprecated", DeprecationWarning)
        import great_expectations

    return great_expectations


def _context(gx):
    """Return a context that is kept in memory, writes no Data Docs and draws no progress bars."""
    types = gx.data_context.types.base
    config = types.DataContextConfig(
        store_backend_defaults=types.InMemoryStoreBackendDefaults(),
        progress_bars=types.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _validate_table(gx, source, table: str, expectations: Mapping[str, Expectation]) -> dict[str, Outcome]:
    """Hold a table's expectations against it; where it cannot be opened, each of them has crashed."""
    try:
        asset = source.add_table_asset(table, table_name=table)
    except gx.datasource.fluent.interfaces.TestConnectionError as error:
        return dict.fromkeys(expectations, Outcome(success=False, crash=_without_values([str(error)])))
    suite = gx.ExpectationSuite(
        name=table,
        expectations=[
            getattr(gx.expectations, expectation.kind)(**expectation.arguments, meta={"id": check_id})
            for check_id, expectation in expectations.items()
        ],
    )
    batch = asset.add_batch_definition_whole_table(table).get_batch()
    results = batch.validate(suite, result_format=_COUNTS_ONLY).results
    return {result.expectation_config.meta["id"]: _outcome(result.to_json_dict()) for result in results}


def _outcome(result: Mapping[str, Any]) -> Outcome:
    """Read one result of Great Expectations, which reports a crash as ``success: false`` too."""
    messages = list(_exception_messages(result["exception_info"]))
    if messages:
        return Outcome(success=False, crash=_without_values(messages))
    counts = result["result"]
    # What looks at rows one by one says "unexpected", a query or a row count says "observed"; an empty table says null.
    count = counts.get("unexpected_count", counts.get("observed_value")) or 0
    return Outcome(success=result["success"], unexpected_count=count)


def _exception_messages(info: Mapping[str, Any]) -> Iterable[str]:
    """Yield the messages of an ``exception_info``, which is either one exception or one for each metric."""
    for exception in [info] if "raised_exception" in info else info.values():
        if exception["raised_exception"]:
            yield exception["exception_message"]


def _without_values(messages: Iterable[str]) -> str:
    """Return what the messages say of missing tables and columns, and nothing that could be a cell."""
    for message in sorted(messages):
        if found := _SAYS_ONLY_NAMES.search(message):
            return found[1] or found[2]
    return _WITHHELD
