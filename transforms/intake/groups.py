"""Group rows inside a table (a field, a procedure), whose text counts for every row below them."""

import re
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from transforms.errors import FileRefusedError, refused
from transforms.intake.table import TextTable, place_of
from transforms.labels import nfc


def group_of(filled: Sequence[str], patterns: Mapping[str, str]) -> tuple[str, str] | None:
    """The column that a group row with these filled cells gives, and what it says there; None for a row that is none."""
    text = nfc(" ".join(filled))
    for column, pattern in patterns.items():
        if found := re.fullmatch(pattern, text, re.IGNORECASE):
            return column, found["value"].strip()
    return None


def carry_down(
    con: duckdb.DuckDBPyConnection,
    table: TextTable,
    groups: Mapping[int, tuple[str, str]],
    patterns: Mapping[str, str],
    name: str,
    source: str,
) -> None:
    """Fill the columns of ``text_row`` that group rows give; ``groups`` has what the group row on each line says.

    A group ends with the sheet, and where an outer group begins. FileRefusedError when a row of data stands in no group.
    """
    columns, not_data = list(patterns), set(table.not_data)
    lines = table.lines_of(set(range(table.row_count)))
    begins = {part.first_record: part.above for part in table.parts}
    waiting = sorted(groups.items(), reverse=True)
    said: dict[str, str] = {}
    given: list[list[str | None]] = []
    for record in range(table.row_count):
        if record in begins:
            said, waiting = {}, [group for group in waiting if group[0] > begins[record]]
        while waiting and waiting[-1][0] <= lines[record]:
            column, text = waiting.pop()[1]
            said = {outer: said[outer] for outer in columns[: columns.index(column)] if outer in said} | {column: text}
        if len(said) < len(columns) and record not in not_data:
            raise _in_no_group(lines[record], {c: patterns[c] for c in columns if c not in said}, name, source)
        given.append([said.get(column) for column in columns])
    arrays = [pa.array(values, pa.string()) for values in zip(*given, strict=True)]
    con.register("grouped", pa.table(arrays, names=columns))
    carried = ", ".join(f"grouped.{column} as {column}_text" for column in columns)
    con.execute(
        f"create or replace temp table text_row as select text_row.* replace ({carried}) from text_row positional join grouped"
    )
    con.unregister("grouped")


def _in_no_group(line: int, missing: Mapping[str, str], name: str, source: str) -> FileRefusedError:
    vi, en = place_of(line)
    looked_for = ", ".join(f"{column}: {pattern}" for column, pattern in missing.items())
    return refused(
        name,
        f"{vi} không nằm dưới hàng nhóm nào cho {looked_for}. Hãy sửa mẫu trong config/sources/{source}.yml",
        f"{en} stands below no group row for {looked_for}. Mend the pattern in config/sources/{source}.yml",
    )
