"""Columns that are shifted against their header, since it has a cell more than the rows: the file is refused."""

import re
from collections import Counter
from itertools import islice

import duckdb

from transforms.codes import DOSSIER_CODE
from transforms.errors import refused
from transforms.intake.table import TextTable, as_text
from transforms.profiles import Profile

_LOOKED_AT = 10_000
_SHARE = 0.9
"""In a table that is in place, so many of its rows have a code where the code stands."""


def refuse_shifted(con: duckdb.DuckDBPyConnection, table: TextTable, name: str, profile: Profile) -> None:
    """Refuse a table whose columns stand elsewhere than its header says, told by what its values look like.

    Where the profile says what a code looks like, the code column must look so. Where it does not, codes of older systems
    have any shape; but national codes in the column of something else are a shift.
    """
    other = len(table.misshapen)
    if other and other >= _SHARE * table.data_count:
        raise refused(
            name,
            f"tiêu đề có {len(table.headers)} ô nhưng {other} trong {table.data_count} hàng có số ô khác, nên các cột bị lệch. "
            "Hãy kết xuất lại",
            f"the header has {len(table.headers)} cells but {other} of {table.data_count} rows have another number, so that "
            "columns are shifted. Export it again",
        )
    pattern = profile.code_pattern or (DOSSIER_CODE if profile.kind == "dossier" else None)
    if pattern is None:
        return
    code = profile.entity.code
    total, alike = con.execute(
        f"""select count(*), count(*) filter (where regexp_full_match({code}_text, $1))
            from (select {code}_text from text_row where {code}_text is not null limit {_LOOKED_AT})""",
        [pattern],
    ).fetchall()[0]
    if alike >= _SHARE * total or not (profile.code_pattern or _has_codes_elsewhere(table, pattern, code)):
        return
    header = table.headers[table.places[code]]
    raise refused(
        name,
        f"cột «{header}» chỉ có {alike} trong {total} hàng mang dạng mã, nên có thể các cột bị lệch so với tiêu đề. Kết xuất lại",
        f"in the column “{header}” only {alike} of {total} rows look like a code, so that columns may be shifted against the "
        "header. Export it again",
    )


def _has_codes_elsewhere(table: TextTable, pattern: str, code: str) -> bool:
    """Whether another column holds what looks like the codes."""
    shape = re.compile(pattern)
    rows = [list(map(as_text, cells)) for _, cells in islice(table.rows(), _LOOKED_AT)]
    found = Counter(at for cells in rows for at, cell in enumerate(cells) if shape.fullmatch(cell.strip()))
    return any(count >= _SHARE * len(rows) for at, count in found.items() if at != table.places[code])
