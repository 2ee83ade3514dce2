"""The error report of one landed file, for the office that sent it."""

from pathlib import Path
from typing import Any

import duckdb

from flows.home import Home, prepare_home
from flows.lock import writing
from flows.settings import load_config
from reports.error_workbook import error_workbook
from transforms.duck import needing_room, rows
from transforms.errors import ConfigError
from transforms.file_account import Account, account_of, quarantined_rows
from transforms.intake.faults import find_faults
from transforms.keeping import opened
from transforms.labels import nearest
from transforms.landing import ERRORS_SUFFIX
from transforms.profiles import profile_of
from transforms.warehouse import open_warehouse


def write_error_report(home: Home, file: str | None, source: str | None, output: Path | None) -> dict[str, Any]:
    """Write the workbook and return what it holds, as counts; by default into the working folder, named after the file.

    The file is meant by its name or the start of its id; without it, the source's latest export that has errors.
    ConfigError when that is no file, or several. BusyError while a run works.
    """
    prepare_home(home)
    config = load_config(home)
    if source is not None:
        profile_of(source, config.profiles)
    with writing(home, "motcua sources errors"):
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            landed = _latest_with_errors(con, source) if file is None else _meant(con, file, source)
            account = account_of(con, landed["source"], landed["file_id"])
            quarantined = quarantined_rows(con, landed["source"], landed["file_id"])
        finally:
            con.close()
        profile = profile_of(landed["source"], config.profiles)
        output = output or Path(landed["file_name"] + ERRORS_SUFFIX)
        faults = None
        if landed["outcome"] == "recorded":
            with opened(home.raw, landed, home.scratch) as path:
                faults = find_faults(
                    *(path, landed["file_name"], profile, config.reference, quarantined, home.scratch),
                    stripped_of=landed["format_received"],
                )
        with needing_room(output.parent):
            output.write_bytes(error_workbook(account, profile, faults))
    return _described(account, output)


def _described(account: Account, output: Path) -> dict[str, Any]:
    told = ("source", "file_name", "file_id", "outcome", "exported_at", "row_count", "message_vi", "message_en")
    return {
        **{name: account.file[name] for name in told},
        "quarantined_count": account.file["quarantined_count"] or 0,
        "quarantined_by_rule": [vars(reason) for reason in account.kept_out],
        "output": str(output),
    }


_LANDED = """select source, file_id, file_name, stored_as, kept, format_received, outcome, landed_at
             from landed_file where outcome <> 'landed'"""


def _latest_with_errors(con: duckdb.DuckDBPyConnection, source: str | None) -> dict[str, Any]:
    if source is None:
        raise ConfigError(
            "Hãy nêu tên tệp, hoặc --source để lấy tệp có lỗi mới nhất của nguồn.",
            "Name a file, or give --source for the latest export of a source that has errors.",
        )
    found = rows(
        con,
        f"""{_LANDED} and source = $1 and (outcome = 'refused' or quarantined_count > 0)
            order by exported_at desc nulls last, landed_at desc limit 1""",
        [source],
    )
    if not found:
        raise ConfigError(
            f"Nguồn {source} không có tệp nào bị từ chối hay có hàng bị cách ly.",
            f"The source {source} has no file that was refused or has rows in quarantine.",
        )
    return found[0]


def _meant(con: duckdb.DuckDBPyConnection, file: str, source: str | None) -> dict[str, Any]:
    landed = rows(con, f"{_LANDED} and ($1 is null or source = $1) order by landed_at desc, source", [source])
    found = [f for f in landed if file == f["file_name"] or f["file_id"].startswith(file)]
    if not found:
        near = ", ".join(nearest(file, [f["file_name"] for f in landed])) or "—"
        raise ConfigError(
            f"Chưa ghi nhận tệp nào tên {file} hay có mã bắt đầu như vậy. Có phải: {near}?",
            f"No file named {file}, or with an id that begins so, was recorded. Did you mean: {near}?",
        )
    if len(found) > 1:
        listed = ", ".join(f"{f['file_id'][:12]} ({f['source']}, {f['landed_at']:%d/%m/%Y})" for f in found)
        raise ConfigError(
            f"{file} là tên của nhiều tệp: {listed}. Hãy dùng mã.",
            f"{file} names several files: {listed}. Use the id.",
        )
    return found[0]
