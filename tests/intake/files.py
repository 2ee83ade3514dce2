"""The same table of text cells, written as each kind of file that offices send."""

import csv
import gzip
import html
import io
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
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


def as_xml_2003(rows: Rows, *, hidden: bool = False, since_1904: bool = False, encoding: str = "UTF-8") -> bytes:
    """Excel's XML of 2003, in which empty cells and rows are left out."""

    def cell(at: int, value: object) -> str:
        kind = {float: "Number", int: "Number", datetime: "DateTime"}.get(type(value), "String")
        text = value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else html.escape(str(value))
        return f'<Cell ss:Index="{at}"><Data ss:Type="{kind}">{text}</Data></Cell>'

    body = "".join(
        f'<Row ss:Index="{line}">{"".join(cell(at, value) for at, value in enumerate(cells, 1) if value != "")}</Row>'
        for line, cells in enumerate(rows, 1)
        if any(cells)
    )
    options = f"<x:WorksheetOptions><x:Visible>{'SheetHidden' if hidden else 'SheetVisible'}</x:Visible></x:WorksheetOptions>"
    system = "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>" if since_1904 else ""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{system}'
        f'<Worksheet ss:Name="HS"><Table>{body}</Table>{options}</Worksheet><Worksheet ss:Name="Trống"/></Workbook>'
    ).encode(encoding)


def as_mhtml(rows: Rows, *, charset: str = "utf-8", pages: int = 1) -> bytes:
    """A web archive: a page that frames the others, and a page a sheet."""
    message = MIMEMultipart("related")
    message.attach(MIMEText("<html><frameset><frame src='sheet001.htm'></frameset></html>", "html", "us-ascii"))
    for _ in range(pages):
        message.attach(MIMEText(as_html(rows), "html", charset))
    return message.as_bytes()


def as_xlsb(rows: Rows) -> bytes:
    """A binary workbook of a chart and a sheet (MS-XLSB): texts in the cells, numbers as such."""

    def record(kind: int, content: bytes = b"") -> bytes:
        size, sized = len(content), b""
        while size > 0x7F:
            size, sized = size >> 7, sized + bytes([size & 0x7F | 0x80])
        return (bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])) + sized + bytes([size]) + content

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(at: int, value: object) -> bytes:
        place = struct.pack("<II", at, 0)
        return record(5, place + struct.pack("<d", value)) if isinstance(value, float) else record(6, place + wide(str(value)))

    lines = [
        record(0, struct.pack("<I", line) + bytes(13)) + b"".join(cell(at, value) for at, value in enumerate(cells) if value != "")
        for line, cells in enumerate(rows)
    ]
    area = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = [record(0x81), record(0x94, area), record(0x91), *lines, record(0x92), record(0x82)]
    listed = [record(0x9C, struct.pack("<II", 0, at) + wide(f"rId{at}") + wide(name)) for at, name in ((1, "Biểu đồ"), (2, "HS"))]
    book = [record(0x83), record(0x8F), *listed, record(0x90), record(0x84)]
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="chartsheets/sheet1.bin"/><Relationship Id="rId2" Target="worksheets/sheet1.bin"/>'
        "</Relationships>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"".join(book))
        archive.writestr("xl/_rels/workbook.bin.rels", rels)
        archive.writestr("xl/chartsheets/sheet1.bin", record(0x81) + record(0x82))
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(sheet))
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
    "xlsb": as_xlsb,
    "xml 2003": as_xml_2003,
    "xml 2003 in utf-16": lambda rows: as_xml_2003(rows, encoding="utf-16"),
    "mhtml": as_mhtml,
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
