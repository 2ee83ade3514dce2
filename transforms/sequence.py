"""File rules that lay a file beside the exports before it: judged in the order of exports, whatever the order of arrival."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from transforms.duck import rows
from transforms.errors import FileRefusedError
from transforms.findings import Finding, Judgement
from transforms.intake.shifted import CODED_SHARE

_FEWEST_ROWS = 10
"""A shorter list may well halve, or hold other codes or no readable date, from one day to the next."""
_READABLE = 0.1
"""A column of which fewer of its cells could not be read is one that the source fills as it should."""
_UNLIKE = {
    "DATE_UNREADABLE": 0.5,
    "NUMBER_UNREADABLE": 0.5,
    # One new word, unit or procedure may well fill half a list, and waits in quarantine to be mapped.
    "WORD_UNKNOWN": 0.9,
    "UNIT_UNKNOWN": 0.9,
    "PROCEDURE_UNKNOWN": 0.9,
}
"""From this share of cells on that it cannot read, a column holds something else."""


@dataclass(frozen=True)
class Verdict:
    """What the exports before it make of a file."""

    refusal: FileRefusedError | None
    findings: list[Finding]


def judge_in_order(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> Verdict:
    """Judge one read file beside those recorded files of its source that were exported before it."""
    file = rows(con, "select * from landed_file where source = $1 and file_id = $2", [source, file_id])[0]
    before = _before(con, file)
    judgement = Judgement(file["file_name"], accepted_rules(file))
    try:
        _judge_codes(file, before, judgement)
        _judge_columns(con, file, before.last, judgement)
        _judge_length(file, before.last_alike, judgement)
    except FileRefusedError as refusal:
        return Verdict(refusal, judgement.findings)
    _judge_headers(file, before.last, judgement)
    _judge_format(file, before, judgement)
    return Verdict(None, judgement.findings)


@dataclass(frozen=True)
class Before:
    """The recorded files of a source that were exported before one: the last, the last that covers the same, and how many."""

    last: dict | None
    last_alike: dict | None
    count: int
    coded_count: int
    plain_count: int


def _before(con: duckdb.DuckDBPyConnection, file: dict) -> Before:
    recorded = """from landed_file
        where source = $source and outcome = 'recorded' and (exported_at, file_id) < ($exported_at, $file_id)"""
    alike = " and ".join(f"{covers.format('')} is not distinct from {covers.format('$')}" for covers in _COVERAGE)
    in_order = "order by exported_at desc, file_id desc limit 1"
    this = {name: file[name] for name in ("source", "exported_at", "file_id")}
    covers = {name: file[name] for name in ("delivery", "covers_by", "covers_from", "covers_to")}
    last = rows(con, f"select * {recorded} {in_order}", this)
    last_alike = rows(con, f"select * {recorded} and {alike} {in_order}", this | covers)
    counts = con.execute(
        f"""select count(*), count(*) filter (where national_code_share >= $coded),
                count(*) filter (where read_format in ('csv', 'html')) {recorded}""",
        this | {"coded": CODED_SHARE},
    ).fetchall()[0]
    return Before(*(found[0] if found else None for found in (last, last_alike)), *counts)


# What ends on the day of export, or later, has no end: each night it would be another day.
_COVERAGE = (
    "{0}delivery",
    "{0}covers_by",
    "{0}covers_from::date",
    "case when {0}covers_to::date < cast({0}exported_at::timestamp as date) then {0}covers_to end",
)


def accepted_rules(file: dict) -> frozenset[str]:
    """The file rules that an operator lets a file of the ledger break."""
    return frozenset((file["accepted_rules"] or "").split(",")) - {""}


def _judge_length(file: dict, alike: dict | None, judgement: Judgement) -> None:
    if file["delivery"] != "snapshot" or alike is None or alike["row_count"] < _FEWEST_ROWS:
        return
    now, then = file["row_count"], alike["row_count"]
    if now * 2 < then:
        judgement.refuse(
            "FILE_SHRUNKEN",
            f"chỉ có {now} hàng, tệp trước cùng phạm vi (kết xuất {_moment(alike['exported_at'])}) có {then}; có thể bị lọc "
            "hoặc bị cắt bớt. Hãy kết xuất lại, hoặc nếu đúng thì chấp nhận FILE_SHRUNKEN kèm lý do",
            f"it has only {now} rows, the one before that covers the same (exported {alike['exported_at']}) has {then}; it may "
            "have been filtered or cut. Export it again or, if it is right, accept FILE_SHRUNKEN with a reason",
        )


def _judge_codes(file: dict, before: Before, judgement: Judgement) -> None:
    share, coded = file["national_code_share"], before.coded_count
    if share is not None and file["row_count"] >= _FEWEST_ROWS and share < CODED_SHARE and coded * 2 > before.count:
        judgement.refuse(
            "FILE_CODES_UNLIKE",
            f"chỉ {share:.0%} số mã mang dạng mã hồ sơ quốc gia, trong khi {coded} trong {before.count} tệp trước của nguồn "
            "đều mang dạng ấy. Hãy kiểm tra cột mã rồi kết xuất lại, hoặc nếu đúng thì chấp nhận FILE_CODES_UNLIKE kèm lý do",
            f"only {share:.0%} of its codes have the shape of national dossier codes, as those of {coded} of the source's "
            f"{before.count} files before have. Check the column of codes and export again or, if it is right, accept "
            "FILE_CODES_UNLIKE with a reason",
        )


def _judge_columns(con: duckdb.DuckDBPyConnection, file: dict, last: dict | None, judgement: Judgement) -> None:
    if last is None or min(file["row_count"], last["row_count"]) < _FEWEST_ROWS:
        return
    now, then = (_unread(con, file["source"], each["file_id"], each["row_count"]) for each in (file, last))
    for (rule, column), share in now.items():
        if share >= _UNLIKE[rule] and then.get((rule, column), 0) <= _READABLE:
            judgement.refuse(
                "FILE_COLUMN_UNLIKE",
                f"cột {column} có {share:.0%} ô không đọc được ({rule}), ở tệp trước của nguồn thì đọc được: có thể cột đã bị đổi. "
                "Hãy kết xuất lại, sửa khai báo của nguồn hoặc danh mục, hoặc nếu đúng thì chấp nhận FILE_COLUMN_UNLIKE kèm lý do",
                f"{share:.0%} of the column {column} cannot be read ({rule}), and it could be in the source's file before: the "
                "column may have changed. Export again, mend the profile or the registers or, if it is right, accept "
                "FILE_COLUMN_UNLIKE with a reason",
            )


def _unread(con: duckdb.DuckDBPyConnection, source: str, file_id: str, row_count: int) -> dict[tuple[str, str], float]:
    """The share of cells of a file that could not be read, by (row rule, column)."""
    found = con.execute(
        """select rule_code, column_name, sum(n) from (
               select rule_code, column_name, count(*) as n from quarantine
               where source = $source and file_id = $file and found_in = 'reading' group by all
               union all
               select rule_code, column_name, row_count from row_warning where source = $source and file_id = $file)
           where list_contains($rules, rule_code) group by all order by all""",
        {"source": source, "file": file_id, "rules": list(_UNLIKE)},
    ).fetchall()
    return {(rule, column): float(n) / row_count for rule, column, n in found}


def _judge_headers(file: dict, last: dict | None, judgement: Judgement) -> None:
    if last is None or not last["known_columns"] or file["known_columns"] == last["known_columns"]:
        return
    now, then = file["known_columns"], last["known_columns"]
    gone, come = [c for c in then if c not in now], [c for c in now if c not in then]
    said_vi = [f"{word} {', '.join(columns)}" for word, columns in (("mất cột", gone), ("thêm cột", come)) if columns]
    said_en = [f"{', '.join(columns)} {word}" for word, columns in (("has gone", gone), ("is new", come)) if columns]
    judgement.warn(
        "FILE_COLUMNS_CHANGED",
        f"so với tệp trước của nguồn: {'; '.join(said_vi) or 'các cột đổi thứ tự'}",
        f"beside the source's file before: {'; '.join(said_en) or 'the columns stand in another order'}",
    )


def _judge_format(file: dict, before: Before, judgement: Judgement) -> None:
    plain = before.plain_count
    if file["is_saved_by_excel"] and plain * 2 > before.count:
        judgement.warn(
            "FILE_RESAVED",
            f"là sổ do Excel lưu, trong khi {plain} trong {before.count} tệp trước của nguồn là CSV hoặc HTML. Hãy dùng bản gốc "
            "của hệ thống",
            f"it is a workbook saved by Excel, and {plain} of the source's {before.count} files before are CSV or HTML. Take the "
            "system's own file",
        )


def _moment(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M}"
