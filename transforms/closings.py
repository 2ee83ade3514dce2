"""The ledger of closed periods (chốt số liệu): which release's figures an office filed, under which document.

A register of the office that only grows. The closed releases stay, and what they say of their period is laid beside what
every later release says.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from transforms.duck import quoted
from transforms.errors import StorageError

CLOSING_FILE = "closing.csv"
CLOSING_COLUMNS = (
    "closing_number",
    "calendar",
    "period",
    "period_kind",
    "period_start",
    "period_end",
    "document",
    "release_id",
    "as_of_date",
    "manifest_sha256",
    "closed_date",
    "reason",
)
FILED_TABLES = {
    "filed_value": (
        "indicator_value",
        "indicator_id varchar, rule_id varchar, basis_id varchar, unit_role varchar, unit_code varchar, scope varchar, "
        "numerator bigint, denominator bigint, rate double, status varchar",
    ),
    "filed_form": (
        "form_ii06a",
        "unit_code varchar, scope varchar, field_code varchar, open_total bigint",
    ),
}
"""What is taken of a closed release: the table that models read, the mart that it comes from, and its columns."""


class Mistake(NamedTuple):
    """What is wrong on a line of the ledger."""

    line: int
    vi: str
    en: str


def mistakes(closings: Iterable[dict[str, str]]) -> Iterable[Mistake]:
    """Whether the ledger is as it grew: numbered from 1, each line whole. What it says of days is checked elsewhere."""
    for number, closing in enumerate(closings, 1):
        if closing["closing_number"] != str(number):
            yield Mistake(
                number + 1,
                f"lần chốt phải đánh số {number}; sổ chốt chỉ được ghi thêm, không xóa hay chèn dòng",
                f"the closing must have the number {number}; lines are only added to this ledger",
            )
        elif empty := [name for name in CLOSING_COLUMNS if name != "reason" and not closing[name]]:
            yield Mistake(number + 1, f"thiếu {', '.join(empty)}", f"{', '.join(empty)} is missing")


def known_closings(closings: Iterable[dict[str, str]], as_of: date) -> list[dict[str, str]]:
    """The closings of figures that were of this day or an earlier one."""
    return [closing for closing in closings if closing["as_of_date"] <= as_of.isoformat()]


def load_filed(con: duckdb.DuckDBPyConnection, closings: Collection[dict[str, str]], releases: Path) -> None:
    """Fill the tables of FILED_TABLES with what each closed release said of its period.

    StorageError when such a release is gone or is not what was closed.
    """
    for closing in closings:
        folder = releases / closing["release_id"]
        digests = _closed_files(folder, closing)
        for table, (mart, columns) in FILED_TABLES.items():
            file = folder / f"{mart}.parquet"
            if not file.is_file() or _sha256(file) != digests.get(file.name):
                raise _not_as_closed(folder, closing)
            named = ", ".join(column.split()[0] for column in columns.split(", "))
            con.execute(
                f"""insert into {table} select $number, {named} from read_parquet({quoted(str(file))})
                    where calendar = $calendar and period_kind = $period_kind
                      and period_start = $period_start::date and period_end = $period_end::date""",
                {"number": int(closing["closing_number"])}
                | {name: closing[name] for name in ("calendar", "period_kind", "period_start", "period_end")},
            )


def manifest_hash(release: Path) -> str:
    """What a closing pins: the manifest of its release, which has the hash of every file."""
    return _sha256(release / "manifest.json")


def _closed_files(folder: Path, closing: dict[str, str]) -> dict[str, str]:
    manifest = folder / "manifest.json"
    if not manifest.is_file() or _sha256(manifest) != closing["manifest_sha256"]:
        raise _not_as_closed(folder, closing)
    return json.loads(manifest.read_text(encoding="utf-8"))["files"]


def _not_as_closed(folder: Path, closing: dict[str, str]) -> StorageError:
    return StorageError(
        f"Số liệu kỳ {closing['period']} đã chốt theo {closing['document']} nằm ở {folder}, nay đã mất hoặc bị sửa. "
        "Khôi phục thư mục này từ bản sao lưu rồi chạy lại.",
        f"The figures of {closing['period']} that were filed with {closing['document']} lie in {folder}, "
        "which is gone or was changed. Restore this folder from a backup and run again.",
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
