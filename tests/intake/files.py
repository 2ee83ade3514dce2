"""The same table of text cells, written as each kind of file that offices send."""

import csv
import gzip
import html
import io
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import xlsxwriter

Rows = Sequence[Sequence[object]]


_CELLS: dict[str, object] = {
    "STT": "",
    "Đơn vị tiếp nhận": "UBND xã Mẫu",
    "Tên thủ tục hành chính": 'Đăng ký "mẫu", bản chính',
    "Mã hồ sơ": "",
    "Trạng thái": "Đang xử lý",
    "Chủ hồ sơ": "Người\nMẫu",
    "Ngày nhận": "02/01/2020 08:00",
    "Ngày hẹn trả": "10/01/2020 17:00",
    "Ngày kết thúc xử lý": "",
    "Hình thức nộp hồ sơ": "Trực tiếp",
    "Số lần bổ sung": "1",
}
HEADER = list(_CELLS)


def row(number: int, **cells: object) -> list[object]:
    """A row below ``HEADER``, with some cells other than usual. The person is invented."""
    return list({**_CELLS, "STT": str(number), "Mã hồ sơ": f"000.00.21.H99-200102-{number:04}", **cells}.values())


def as_csv(rows: Rows, *, delimiter: str = ";", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def as_windows_1258(text: str) -> bytes:
    """As Windows writes it: the letter with its hat, then the tone."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c if _in_1258(c) else _tone_apart(c) for c in composed).encode("cp1258")


def _in_1258(char: str) -> bool:
    try:
        return bool(char.encode("cp1258"))
    except UnicodeEncodeError:
        return False


def _tone_apart(char: str) -> str:
    letters = unicodedata.normalize("NFD", char)
    tone = next(c for c in letters if c in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", letters.replace(tone, "")) + tone


def as_xlsx(rows: Rows, **options: object) -> bytes:
    return as_sheets({"HS": rows, "Trống": []}, **options)


def as_sheets(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = (), **options: object) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm", **options})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for line, cells in enumerate(rows):
            sheet.write_row(line, 0, cells)
        if title in hidden:
            sheet.hide()
    book.close()
    return file.getvalue()


def as_html(rows: Rows) -> str:
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>\n" for cells in rows)
    return f"<html><body><table><tr><td>menu</td></tr></table>\n<table border=1>{body}</table></body></html>"


def as_ods(rows: Rows) -> bytes:
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{html.escape(str(c))}</text:p></table:table-cell>' for c in cells
        )
        + "</table:table-row>"
        for cells in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "manifest")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest {spaces}></manifest:manifest>')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="HS">{body}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    return file.getvalue()


def zipped(*contents: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"tệp {number}", content)
        archive.writestr("__MACOSX/._tệp", b"x")
    return file.getvalue()


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "comma": lambda rows: as_csv(rows, delimiter=",").encode(),
    "semicolon": lambda rows: as_csv(rows).encode("utf-8-sig"),
    "tab": lambda rows: as_csv(rows, delimiter="\t", end="\r\n").encode(),
    "bar": lambda rows: as_csv(rows, delimiter="|").encode(),
    "utf-16-le": lambda rows: b"\xff\xfe" + as_csv(rows, delimiter="\t").encode("utf-16-le"),
    "utf-16-be": lambda rows: b"\xfe\xff" + as_csv(rows).encode("utf-16-be"),
    "xlsx": as_xlsx,
    "ods": as_ods,
    "html": lambda rows: as_html(rows).encode(),
    "html-utf-16": lambda rows: as_html(rows).encode("utf-16"),
    "zip": lambda rows: zipped(as_csv(rows).encode()),
    "gz": lambda rows: gzip.compress(as_csv(rows).encode()),
    "zipped xlsx": lambda rows: zipped(as_xlsx(rows)),
}
"""Every format; none of them is told from the name of the file."""


def write(folder: Path, content: bytes, name: str = "hoso_thaydoi_20200116_1900.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
