"""The statistics office's conversion table of communes (bảng chuyển đổi đơn vị hành chính mới – cũ), read into links.

As it is exported: a row that says the day, a row of headers, rows that hold only a province's name, cells with line ends
inside, letters not composed, and a note in free words that says how much of the old commune goes into the new one.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from transforms.errors import ConfigError
from transforms.labels import header_key, nfc
from transforms.succession import Link

_COLUMNS = {"new_code": "Mã Xã mới", "old_name": "Tên Xã cũ", "old_code": "Mã Xã cũ", "note": "Ghi chú"}
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CODE = re.compile(r"\d{5}")
# Notes without accents, since they are misspelt too; what speaks of a part comes first.
_PART = re.compile(r"\bmot phan\b|^phan con lai\b|^nhap toan bo dien tich$")
_WHOLE = re.compile(r"^(nhap toan bo|giu nguyen|doi ten|doi loai hinh|sap xep toan bo)\b")
_COMMUNE = re.compile(r"^(xa|phuong|thi tran)\b")


def read_conversion(path: Path) -> list[Link]:
    """Every link of the table. ConfigError names the line of what cannot be understood; nothing is skipped or guessed."""
    records = _records(path)
    title, headers = next(records, (1, [])), next(records, (2, []))
    found = _DAY.search(" ".join(title[1]))
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])).isoformat() if found else None
    except ValueError:
        day = None
    if day is None:
        raise _mistake(path, title[0], "thiếu ngày có hiệu lực (từ ngày …)", "the day from which it holds is missing")
    places = {header_key(header): place for place, header in enumerate(headers[1])}
    missing = [header for header in _COLUMNS.values() if header_key(header) not in places]
    if missing:
        raise _mistake(path, headers[0], f"thiếu cột {', '.join(missing)}", f"the columns {', '.join(missing)} are missing")
    links: dict[tuple[str, str], Link] = {}
    for line, cells in records:
        if len(cells) != len(headers[1]):
            vi, en = f"có {len(cells)} ô, tiêu đề có {len(headers[1])}", f"it has {len(cells)} cells, the header {len(headers[1])}"
            raise _mistake(path, line, vi, en)
        if not any(cells[1:]):  # the name of a province
            continue
        link = _link(path, line, {name: cells[places[header_key(header)]] for name, header in _COLUMNS.items()}, day)
        pair = (link["old_code"], link["new_code"])
        if pair in links:
            raise _mistake(path, line, f"{pair[0]} → {pair[1]} có hai dòng", f"{pair[0]} → {pair[1]} stands twice")
        links[pair] = link
    if not links:
        raise _mistake(path, headers[0], "không có hàng dữ liệu nào", "there are no rows")
    return list(links.values())


def _link(path: Path, line: int, row: dict[str, str], day: str) -> Link:
    new, old, note = row["new_code"], row["old_code"], header_key(row["note"])
    if not _CODE.fullmatch(new):
        raise _mistake(path, line, f"mã xã mới «{new}» không phải 5 chữ số", f"the new code “{new}” is not five digits")
    # An island district without communes, or a mudflat, had no code; a commune always had one.
    if not _CODE.fullmatch(old) and (old or _COMMUNE.match(header_key(row["old_name"]))):
        raise _mistake(path, line, f"mã xã cũ «{old}» không phải 5 chữ số", f"the old code “{old}” is not five digits")
    extent = "part" if _PART.search(note) else "whole" if _WHOLE.match(note) else ""
    if not extent:
        raise _mistake(
            path,
            line,
            f"không hiểu ghi chú «{row['note']}»; ghi «Nhập toàn bộ» hoặc «Nhập một phần»",
            f"the note “{row['note']}” is not understood; write “Nhập toàn bộ” (whole) or “Nhập một phần” (in part)",
        )
    basis = f"Bảng chuyển đổi đơn vị hành chính: {row['note']}"
    return {"old_code": old, "new_code": new, "effective_date": day, "basis": basis, "extent": extent}


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank with the line on which it begins, its cells composed and on one line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader, begins = csv.reader(file, strict=True), 1
            for cells in reader:
                if any(cells):
                    yield begins, [nfc(cell) for cell in cells]
                begins = reader.line_num + 1
    except OSError as error:
        raise ConfigError(f"Không đọc được {path}: {error.strerror}.", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _mistake(path, 1, "tệp không phải UTF-8; hãy lưu lại dưới dạng «CSV UTF-8»", "it is not UTF-8; save it so") from error
    except csv.Error as error:
        raise _mistake(path, reader.line_num, "không tách được các ô", f"its cells cannot be told apart: {error}") from error


def _mistake(path: Path, line: int, vi: str, en: str) -> ConfigError:
    return ConfigError(
        f"{path}, dòng {line}: {vi}. Không có gì được ghi; hãy sửa tệp rồi nạp lại.",
        f"{path}, line {line}: {en}. Nothing was written; mend the file and load it again.",
    )
