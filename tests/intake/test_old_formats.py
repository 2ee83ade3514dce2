"""Files under ``.xls`` that are neither workbooks nor pages: Excel's XML of 2003, web archives; and binary workbooks."""

from datetime import datetime

import pytest

from flows.ingest import try_file
from tests.intake.files import HEADER, as_csv, as_mhtml, as_xlsb, as_xml_2003, row, write
from transforms.entities import ENTITIES
from transforms.errors import FileRefusedError
from transforms.intake.html_tables import read_html_tables
from transforms.intake.spreadsheetml import read_spreadsheetml

COLUMNS = list(ENTITIES["dossier"].content)
BODY = [row(1), row(2, **{"Ngày kết thúc xử lý": "09/01/2020 08:30"})]
TABLE = [["DANH SÁCH HỒ SƠ"], [], HEADER, *BODY, ["Tổng cộng", "2"]]


@pytest.fixture
def read(read_canonical, tmp_path):
    def read(content: bytes, **changes: object) -> tuple:
        result, rows = read_canonical(write(tmp_path, content, "hoso_thaydoi_20200116_1900.xls"), **changes)
        return result, [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    return read


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (as_xml_2003(TABLE), "xml"),
        (as_xml_2003(TABLE, encoding="utf-16"), "xml"),
        (as_mhtml(TABLE), "mhtml"),
        (as_mhtml(TABLE).replace(b"\n", b"\r\n"), "mhtml"),
        (b"From: <Saved by Blink>\nMIME-Version: 1.0\n" + as_mhtml(TABLE), "mhtml"),
        (as_xlsb(TABLE), "sheet"),
    ],
)
def test_a_table_with_its_trimmings_is_read(read, content, kind):
    _, expected = read(as_csv([HEADER, *BODY]).encode())
    result, rows = read(content)
    assert rows == expected
    assert (result.read_as["format"], len(rows), result.quarantined_count) == (kind, 2, 0)
    assert {kind: result.set_aside[kind] for kind in ("title", "total")} == {"title": 1, "total": 1}


def test_a_row_of_an_xml_workbook_is_named_as_it_stands_there(read):
    result, _ = read(as_xml_2003([*TABLE[:4], row(3, **{"Trạng thái": "Lạ"})]))
    assert [found[:3] for found in result.quarantined] == [(5, "WORD_UNKNOWN", "status")]


@pytest.mark.parametrize("since_1904", [False, True])
def test_typed_cells_of_an_xml_workbook(read, since_1904):
    first_day = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    serial = float((datetime(2020, 1, 10) - first_day).days)
    typed = [
        row(1, **{"Ngày hẹn trả": datetime(2020, 1, 10), "Số lần bổ sung": 1.0}),
        row(2, **{"Ngày hẹn trả": serial, "Số lần bổ sung": 1}),
    ]
    result, rows = read(as_xml_2003([HEADER, *typed], since_1904=since_1904))
    assert [(r["due_at"], r["supplement_count"]) for r in rows] == [(datetime(2020, 1, 10), 1)] * 2
    assert result.warnings["DATE_FROM_SERIAL", "due_at"] == 1


SHEET = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table>{}</Table></Worksheet></Workbook>"""


def cell(text: str, **said: int) -> str:
    return f"<Cell{attributes(said)}><Data ss:Type='String'>{text}</Data></Cell>"


def line(*cells: str, **said: int) -> str:
    return f"<Row{attributes(said)}>{''.join(cells)}</Row>"


def attributes(said: dict[str, int]) -> str:
    return "".join(f" ss:{name}='{value}'" for name, value in said.items())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([line(cell("a"), "<Cell/>", cell("c"))], [(1, ["a", "", "c"])]),
        ([line(cell("b", Index=2), Index=3), line()], [(3, ["", "b"])]),
        ([line(Span=2), line(cell("a"))], [(4, ["a"])]),
        ([line(cell("a", MergeAcross=1), cell("c"))], [(1, ["a", "", "c"])]),
        (
            [line(cell("a", MergeDown=1), cell("b")), line(cell("d", Index=2)), line(cell("e"))],
            [(1, ["a", "b"]), (2, ["a", "d"]), (3, ["e", ""])],
        ),
        ([line(cell("a", MergeDown=2)), line(cell("b")), line(cell("c"))], [(1, ["a", ""]), (2, ["a", "b"]), (3, ["a", "c"])]),
        ([line(cell("<B xmlns='urn:x'>a</B>b"))], [(1, ["ab"])]),
    ],
)
def test_cells_that_are_left_out_or_merged_in_an_xml_workbook(tmp_path, rows, expected):
    [grid] = read_spreadsheetml(write(tmp_path, SHEET.format(rows).encode()), "a.xls")
    assert list(grid.rows()) == expected


def test_entities_of_an_xml_workbook_are_not_followed(tmp_path):
    secret = write(tmp_path, b"Mat", "secret.txt")
    content = SHEET.format(line(cell("&x;"), cell("b")))
    declared = content.replace("<Workbook", f'<!DOCTYPE Workbook [<!ENTITY x SYSTEM "file://{secret}">]><Workbook', 1)
    [grid] = read_spreadsheetml(write(tmp_path, declared.encode()), "a.xls")
    assert list(grid.rows()) == [(1, ["&x;", "b"])]


def test_every_page_of_an_archive_is_read(read):
    one, rows = read(as_mhtml([HEADER, *BODY], pages=1))
    two, same = read(as_mhtml([HEADER, *BODY], pages=2))
    assert rows == same
    assert (one.row_count, two.row_count, two.duplicate_count) == (2, 4, 2)


def test_an_archive_in_the_encoding_that_it_declares(read):
    plain = [[str(cell).replace("Mẫu", "Mau") for cell in cells] for cells in [HEADER, *BODY]]
    _, expected = read(as_csv(plain).encode())
    _, rows = read(as_mhtml(plain, charset="utf-16"))
    assert rows == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (as_xml_2003(TABLE)[:-200], "XML workbook of Excel 2003"),
        (as_xml_2003(TABLE).replace(b'ss:Index="4"', b'ss:Index="x"'), "XML workbook of Excel 2003"),
        (SHEET.format(line(cell("a", MergeAcross=9999))).encode(), "XML workbook of Excel 2003"),
        (as_mhtml(TABLE).replace(b'charset="utf-8"', b'charset="us-ascii"'), "encoding it declares"),
        (as_mhtml(TABLE).replace(b'charset="utf-8"', b'charset="unheard-of"'), "encoding it declares"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n", "without any table"),
        (as_xlsb(TABLE)[:-300], "workbook"),
    ],
)
def test_what_is_broken_is_refused(home, tmp_path, content, said):
    with pytest.raises(FileRefusedError, match=said):
        try_file(home, write(tmp_path, content, "hoso_thaydoi_20200116_1900.xls"), "tandan")


def test_a_text_that_speaks_of_a_message_is_a_text(read):
    notes = row(1, **{"Chủ hồ sơ": "Content-Type: multipart/related"})
    result, rows = read(as_csv([HEADER, notes]).encode())
    assert (result.read_as["format"], len(rows)) == ("csv", 1)


def test_a_page_without_a_table_is_refused(tmp_path):
    with pytest.raises(FileRefusedError, match="without any table"):
        read_html_tables(write(tmp_path, b"<html></html>"), "a.html")
