"""Columns that are shifted against their header, or codes that look otherwise than codes do: the file is refused."""

import re
from collections import Counter
from itertools import islice

import duckdb

from transforms.codes import DOSSIER_CODE
from transforms.findings import Judgement
from transforms.intake.table import TextTable, as_text
from transforms.profiles import Profile

_LOOKED_AT = 10_000
CODED_SHARE = 0.9
"""In a table that is in place, so many of its rows have a code where the code stands."""


def judge_columns(con: duckdb.DuckDBPyConnection, table: TextTable, profile: Profile, judgement: Judgement) -> float | None:
    """Refuse a table whose columns stand elsewhere than its header says, told by what its values look like.

    Where the profile says what a code looks like, the code column must look so. Where it does not, codes of older systems
    have any shape; but national codes in the column of something else are a shift. Returns the share of national codes
    where the profile has no shape of its own.
    """
    other = len(table.misshapen)
    if other and other >= CODED_SHARE * table.data_count:
        judgement.refuse(
            "FILE_COLUMNS_SHIFTED",
            f"tiêu đề có {len(table.headers)} ô nhưng {other} trong {table.data_count} hàng có số ô khác, nên các cột bị lệch. "
            "Hãy kết xuất lại",
            f"the header has {len(table.headers)} cells but {other} of {table.data_count} rows have another number, so that "
            "columns are shifted. Export it again",
        )
    if profile.code_pattern is None and profile.kind != "dossier":
        return None
    code = f"{profile.entity.code}_text"
    header = table.headers[table.places[profile.entity.code]]
    total, alike = con.execute(
        f"""select count({code}), count(*) filter (where regexp_full_match({code}, $1)) from text_row
            where rowid not in (select unnest($2::bigint[]))""",
        [profile.code_pattern or DOSSIER_CODE, list(table.not_data)],
    ).fetchall()[0]
    if alike < CODED_SHARE * total:
        if profile.code_pattern:
            judgement.refuse("FILE_CODES_UNLIKE", *codes_unlike(header, alike, total))
        elif _has_codes_elsewhere(table, profile):
            judgement.refuse("FILE_COLUMNS_SHIFTED", *codes_unlike(header, alike, total))
    return alike / total if total and profile.code_pattern is None else None


def codes_unlike(header: str, alike: int, total: int) -> tuple[str, str]:
    """What is said of a column of codes of which too few look like one."""
    return (
        f"cột «{header}» chỉ có {alike} trong {total} hàng mang dạng mã, nên có thể các cột bị lệch so với tiêu đề. Kết xuất lại",
        f"in the column “{header}” only {alike} of {total} rows look like a code, so that columns may be shifted against the "
        "header. Export it again",
    )


def _has_codes_elsewhere(table: TextTable, profile: Profile) -> bool:
    """Whether another column holds what looks like the codes."""
    shape = re.compile(DOSSIER_CODE)
    rows = [list(map(as_text, cells)) for _, cells in islice(table.rows(), _LOOKED_AT)]
    found = Counter(at for cells in rows for at, cell in enumerate(cells) if shape.fullmatch(cell.strip()))
    return any(count >= CODED_SHARE * len(rows) for at, count in found.items() if at != table.places[profile.entity.code])
