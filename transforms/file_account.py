"""What became of one landed file, as the ledger tells it: counts, reasons, first lines. No value of any row."""

import hashlib
from dataclasses import dataclass
from typing import Any

import duckdb

from transforms.duck import rows
from transforms.findings import Finding

_FIRST_LINES = 5


@dataclass(frozen=True)
class Reason:
    """Rows of a file of which one rule speaks, for one of its columns; a warning has no lines."""

    rule_code: str
    column: str
    row_count: int
    first_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Account:
    """A file as it stands in ``landed_file``, which file rules it breaks, why rows were kept out or taken with a warning.

    ``reference`` is another one as soon as anything of this is.
    """

    file: dict[str, Any]
    findings: tuple[Finding, ...]
    kept_out: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    reference: str


def account_of(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> Account:
    """The account of a file that is in the ledger."""
    here = [source, file_id]
    file = rows(con, "select * from landed_file where source = $1 and file_id = $2", here)[0]
    findings = findings_of(con, source, file_id)
    kept_out = con.execute(
        f"""select rule_code, column_name, count(*),
                   list(line order by line) filter (where line is not null)[1:{_FIRST_LINES}]
            from quarantine where source = $1 and file_id = $2 group by all order by count(*) desc, rule_code, column_name""",
        here,
    ).fetchall()
    warnings = con.execute(
        """select rule_code, column_name, row_count from row_warning where source = $1 and file_id = $2
           order by row_count desc, rule_code, column_name""",
        here,
    ).fetchall()
    which_rows = con.execute(
        "select sum(hash(line, rule_code, column_name, key_hash)) from quarantine where source = $1 and file_id = $2", here
    ).fetchall()[0][0]
    all_of_it = hashlib.sha256(repr((file, findings, which_rows, warnings)).encode()).hexdigest()
    return Account(
        file,
        tuple(findings),
        tuple(Reason(rule, column, count, tuple(lines or ())) for rule, column, count, lines in kept_out),
        tuple(Reason(*warning) for warning in warnings),
        f"{file_id[:12]}-{all_of_it[:8]}",
    )


def findings_of(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> list[Finding]:
    """The file rules that a file of the ledger breaks without being refused for them."""
    found = con.execute(
        """select rule_code, message_vi, message_en from file_finding where source = $1 and file_id = $2
           order by rule_code, message_en""",
        [source, file_id],
    ).fetchall()
    return [Finding(*said) for said in found]


def quarantined_rows(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> list[tuple[int | None, str, str, str | None]]:
    """(line, rule, column, key hash) of every reason to keep a row of the file out, in order of lines."""
    return con.execute(
        """select line, rule_code, column_name, key_hash from quarantine where source = $1 and file_id = $2
           order by line nulls last, rule_code, column_name, key_hash""",
        [source, file_id],
    ).fetchall()
