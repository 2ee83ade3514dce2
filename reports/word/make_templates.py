"""Makes the shipped templates in config/templates: A4 portrait, laid out as Vietnamese administrative documents are.

The wording of the templates stands here and nowhere else; an office changes its own copy in Word.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.word.write import LETTER, REPORT, WHY

_FONT = "Times New Roman"
_TEXT_WIDTH = 160  # mm: A4 without margins of 30 and 20
_CENTRE, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


def make_templates(folder: Path) -> None:
    """Write every template into ``folder``; the same text gives the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in {REPORT: _report, LETTER: _letter, WHY: _why}.items():
        document = _blank()
        make(document)
        _save(document, folder / name)


def _save(document: DocumentType, path: Path) -> None:
    """Write a document without the time of writing, so that the same text gives the same bytes."""
    written = BytesIO()
    document.save(written)
    with ZipFile(written) as parts, ZipFile(path, "w") as target:
        for name in parts.namelist():
            target.writestr(ZipInfo(name), parts.read(name), ZIP_DEFLATED)


def _report(document: DocumentType) -> None:
    _national_heading(document, "{{ unit.name|upper }}", "BC-{{ gap }}")
    _title(document, "BÁO CÁO", "Kết quả công tác cải cách hành chính {{ period.in_text }}")
    _text(
        document,
        "Kỳ báo cáo tính từ ngày {{ period.first }} đến hết ngày {{ period.last }}"
        "{% if is_provisional %} (số liệu tạm tính){% endif %}. Số liệu tổng hợp tự động từ các hệ thống, tính đến hết ngày "
        "{{ as_of }} (bản {{ release }}).",
    )
    _line(document, "{%p for closing in filed %}")
    _text(
        document,
        "Số liệu kỳ này đã chốt ngày {{ closing.day }} theo văn bản {{ closing.document }}; từ đó đến nay có {{ closing.moved }} "
        "số liệu thay đổi.",
    )
    _line(document, "{%p endfor %}")

    _heading(document, "I. TIẾP NHẬN, GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH")
    _text(
        document,
        "Trong kỳ đã giải quyết {{ form.resolved_total }} hồ sơ: trước hạn {{ form.resolved_early }}, đúng hạn "
        "{{ form.resolved_on_time }}, quá hạn {{ form.resolved_late }}. Cuối kỳ đang giải quyết {{ form.open_total }} hồ sơ, "
        "trong đó quá hạn {{ form.open_overdue }}.",
    )
    form = _table(document, ["Số hồ sơ", *_each("period in comparison.periods", "{{ period.name }}")], [64, *[0] * 3], spread=96)
    for label, column, is_total in _FORM_ROWS:
        cells = _each("of_period in comparison.forms", f"{{{{ of_period.{column} }}}}")
        _row(form, [label, *cells], bold=is_total, align=[_LEFT, *[_RIGHT] * 3])

    _heading(document, "II. CÁC CHỈ TIÊU TRONG KỲ SO VỚI KỲ TRƯỚC VÀ CÙNG KỲ NĂM TRƯỚC")
    heads = ["Chỉ tiêu (mức của kế hoạch)", *_each("period in comparison.periods", "{{ period.name }}")]
    figures = _table(document, heads, [49, *[0] * 3], spread=111)
    _loop(
        figures,
        "figure in comparison.figures",
        [
            "{{ figure.name }}{% if figure.part %}: {{ figure.part }}{% endif %}{% if figure.bar %} ({{ figure.bar }}){% endif %}"
            "{% if not figure.is_judged %} (tham khảo){% endif %}",
            *_each("cell in figure.cells", "{{ cell.text }}{% if cell.change %}; {{ cell.change }}{% endif %}"),
        ],
        align=[_LEFT, *[_CENTRE] * 3],
    )
    _note(document, "Dòng «tăng», «giảm»: kỳ này so với kỳ ghi ở đầu cột, theo điểm phần trăm.")

    _heading(document, "III. CÁC MỤC TIÊU CỦA {{ plan.title|upper }}")
    _text(
        document,
        "Tính đến hết ngày {{ as_of }}: {{ states.met }} mục tiêu đạt, {{ states.not_met }} chưa đạt, {{ states.undecided }} chưa "
        "kết luận, trong {{ states.all }} mục tiêu.",
    )
    targets = _table(document, ["TT", "Mục tiêu", "Mức", "Kết quả năm {{ plan.year }}", "Đánh giá"], [10, 68, 18, 38, 26])
    _loop(
        targets,
        "target in targets",
        [
            "{{ loop.index }}",
            "{{ target.text }}",
            "{{ target.bar }}",
            "{{ target.figure }}{% if target.doubts %} ({{ target.doubts }}){% endif %}",
            "{{ target.state }}",
        ],
        align=[_CENTRE, _LEFT, _CENTRE, _CENTRE, _CENTRE],
    )

    _heading(document, "IV. ĐƠN VỊ CÓ KẾT QUẢ CAO NHẤT, THẤP NHẤT TRONG KỲ")
    _line(document, "{%p for ranking in rankings %}")
    _text(document, "{{ loop.index }}. {{ ranking.name }} (mức {{ ranking.bar }})", bold=True)
    for label, which in (("Cao nhất", "best"), ("Thấp nhất", "worst")):
        _text(
            document,
            f"{label}: {{% for place in ranking.{which} %}}{{{{ place.name }}}} {{{{ place.figure }}}}"
            "{% if not loop.last %}; {% endif %}{% endfor %}.",
        )
    _line(document, "{%p if ranking.too_small %}")
    _text(document, "Không xếp {{ ranking.too_small }} đơn vị có mẫu số nhỏ.", italic=True)
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p if without_ranking %}")
    _text(document, "Chưa đủ đơn vị có mẫu số đủ lớn để xếp: {{ without_ranking|join('; ') }}.")
    _line(document, "{%p endif %}")
    _line(document, "{%p if not rankings and not without_ranking %}")
    _text(document, "{{ gap }} (không có số liệu của đơn vị trực thuộc để so sánh)")
    _line(document, "{%p endif %}")

    _heading(document, "V. NGUYÊN NHÂN CHƯA ĐẠT, CHƯA KẾT LUẬN")
    _line(document, "{%p for reason in reasons %}")
    _text(
        document,
        "{{ loop.index }}. {{ reason.name }}: {{ reason.figure }}, mức {{ reason.bar }}, {{ reason.state }}"
        "{% if reason.is_of_year %} (cả năm){% endif %}",
        bold=True,
    )
    _text(
        document,
        "- {% for cause in reason.causes %}{{ cause }}{% if not loop.last %}; {% endif %}"
        "{% else %}{{ gap }} (kho số liệu không chỉ ra nguyên nhân){% endfor %}.",
    )
    _line(document, "{%p else %}")
    _text(document, "Không có mục tiêu nào chưa đạt hoặc chưa kết luận.")
    _line(document, "{%p endfor %}")

    _heading(document, "VI. ĐÁNH GIÁ, NHIỆM VỤ KỲ TỚI, KIẾN NGHỊ")
    _text(document, "{{ gap }} (phần này do cơ quan viết)")
    _signature(document, ["- {{ gap }};", "- Lưu: VT."])


_FORM_ROWS = (
    ("Tiếp nhận (gồm kỳ trước chuyển sang)", "received_total", True),
    ("- Mới, trực tuyến", "received_online", False),
    ("- Mới, trực tiếp, bưu chính", "received_other", False),
    ("- Từ kỳ trước chuyển sang", "carried_over", False),
    ("Đã giải quyết", "resolved_total", True),
    ("- Trước hạn", "resolved_early", False),
    ("- Đúng hạn", "resolved_on_time", False),
    ("- Quá hạn", "resolved_late", False),
    ("Đang giải quyết cuối kỳ", "open_total", True),
    ("- Trong hạn", "open_in_time", False),
    ("- Quá hạn", "open_overdue", False),
)


def _letter(document: DocumentType) -> None:
    _national_heading(
        document, "{{ sender.name|upper }}", "{{ gap }}", "V/v đôn đốc giải quyết hồ sơ thủ tục hành chính quá hạn, sắp đến hạn"
    )
    _text(document, "Kính gửi: {{ unit.name }}", align=_CENTRE, indent=False, before=12, after=12)
    _text(
        document,
        "Qua theo dõi trên hệ thống một cửa điện tử, tính đến hết ngày {{ as_of }}, {{ unit.name }} có "
        "{% if overdue %}{{ overdue_count }} hồ sơ đang giải quyết đã quá hạn{% endif %}"
        "{% if overdue and due_soon_count != '0' %} và {% endif %}"
        "{% if due_soon_count != '0' %}{{ due_soon_count }} hồ sơ đến hạn trong 5 ngày làm việc tới{% endif %}. "
        "Tỷ lệ giải quyết đúng hạn và trước hạn "
        "{{ period.in_text }}: {{ on_time }}.",
    )
    _text(document, "Đề nghị {{ unit.name }}:")
    for when, task in (
        ("overdue", "- Giải quyết ngay các hồ sơ quá hạn và thông báo cho người nộp hồ sơ;"),
        ("due_soon", "- Giải quyết các hồ sơ sắp đến hạn đúng ngày hẹn trả;"),
    ):
        _line(document, f"{{%p if {when} %}}")
        _text(document, task)
        _line(document, "{%p endif %}")
    _text(document, "- Báo cáo nguyên nhân và kết quả trước ngày {{ gap }}.")
    for which, title, days in (
        ("overdue", "HỒ SƠ QUÁ HẠN", "Số ngày quá hạn"),
        ("due_soon", "HỒ SƠ ĐẾN HẠN TRONG 5 NGÀY LÀM VIỆC TỚI", ""),
    ):
        _line(document, f"{{%p if {which} %}}")
        _heading(document, title)
        heads = ["TT", "Mã hồ sơ", "Thủ tục", "Tiếp nhận", "Hạn trả", *([days] if days else []), "Trạng thái"]
        widths = [10, 35, 34, 24, 24, 14, 19] if days else [10, 35, 46, 24, 24, 21]
        table = _table(document, heads, widths, size=11)
        cells = [
            "{{ loop.index }}",
            "{{ dossier.code }}",
            "{{ dossier.procedure }}",
            "{{ dossier.received }}",
            "{{ dossier.due }}",
            *(["{{ dossier.overdue_days }}"] if days else []),
            "{{ dossier.status }}"
            "{% if dossier.not_refreshed_since %}, chưa cập nhật từ {{ dossier.not_refreshed_since }}{% endif %}",
        ]
        _loop(table, f"dossier in {which}", cells, align=[_CENTRE, _LEFT, _LEFT, *[_CENTRE] * (len(cells) - 4), _LEFT], size=11)
        _line(document, "{%p endif %}")
    _text(document, "Đề nghị {{ unit.name }} khẩn trương thực hiện./.", before=12)
    _signature(document, ["- Như trên;", "- Lưu: VT, {{ gap }}."])


def _why(document: DocumentType) -> None:
    document.styles["Normal"].font.size = Pt(13)
    _text(document, "VÌ SAO CHƯA ĐẠT", align=_CENTRE, indent=False, bold=True)
    _text(
        document,
        "{{ unit.name }}, {{ period.in_text }} ({{ period.first }}–{{ period.last }}), số liệu đến hết ngày {{ as_of }}",
        align=_CENTRE,
        indent=False,
        italic=True,
    )
    _line(document, "{%p for line in lines %}")
    _text(document, "- {{ line }}", indent=False, after=4)
    _line(document, "{%p endfor %}")
    _line(document, "{%p if missed %}")
    table = _table(document, ["Mục tiêu", "Kết quả", "Mức", "Còn thiếu", "Vướng nhiều nhất ở"], [32, 33, 19, 16, 60], size=11)
    named = (
        "{% for it in target.units %}{{ it.name }}: {{ it.missing }}/{{ it.of }}{% if not loop.last %}; {% endif %}{% endfor %}"
        "{% if target.procedures %}{% if target.units %}. {% endif %}Thủ tục: {% for it in target.procedures %}"
        "{{ it.name }}: {{ it.missing }}/{{ it.of }}{% if not loop.last %}; {% endif %}{% endfor %}{% endif %}"
        "{% if not target.units and not target.procedures %}{{ gap }}{% endif %}"
        "{% if target.outlook %} ({{ target.outlook }}){% endif %}"
    )
    cells = ["{{ target.name }}", "{{ target.figure }}", "{{ target.bar }}", "{{ target.short }}", named]
    _loop(table, "target in missed", cells, align=[_LEFT, _CENTRE, _CENTRE, _CENTRE, _LEFT], size=11)
    _note(document, "Còn thiếu: số cần thêm ở tử số để đạt mức. Sau tên: số chưa đạt trên tổng số của nơi ấy.")
    _line(document, "{%p endif %}")
    _line(document, "{%p if more %}")
    _text(document, "Còn {{ more }} mục tiêu chưa đạt khác, xem báo cáo.", italic=True, indent=False)
    _line(document, "{%p endif %}")
    _line(document, "{%p if undecided %}")
    _text(document, "Chưa kết luận được", bold=True, indent=False)
    _line(document, "{%p for reason in undecided %}")
    _text(
        document, "- {{ reason.name }}: {{ reason.figure }}{% for cause in reason.causes %}; {{ cause }}{% endfor %}.", indent=False
    )
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")
    _text(document, "Việc cần làm: {{ gap }}", indent=False)


def _each(loop: str, cell: str) -> list[str]:
    """A cell for each of something: the three cells that docxtpl makes as many columns of as there are."""
    return [f"{{%tc for {loop} %}}", cell, "{%tc endfor %}"]


def _blank() -> DocumentType:
    document = Document()
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", ""
    properties.created = properties.modified = datetime(2020, 1, 1)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(14)
    fonts = normal.element.rPr.rFonts
    for kind in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(kind), _FONT)
    language = _element("w:lang", {"w:val": "vi-VN"})
    normal.element.rPr.append(language)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    _number_pages(document)
    return document


def _number_pages(document: DocumentType) -> None:
    """The number of the page at the middle of the upper margin, but not on the first."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        if kind:
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))
        else:
            instruction = _element("w:instrText", {"xml:space": "preserve"})
            instruction.text = text
            run._r.append(instruction)


def _national_heading(document: DocumentType, issuer: str, kind: str, about: str = "") -> None:
    """The two columns at the top: who writes and the number; the name of the state, its motto, place and day."""
    table = document.add_table(1, 2)
    _fix_widths(table, [65, _TEXT_WIDTH - 65])
    left, right = table.rows[0].cells
    _put(left, issuer, bold=True, size=13)
    _rule(left, 20)
    _put(left, f"Số:          /{kind}", size=13)
    if about:
        _put(left, about, size=12)
    _put(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _put(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
    _rule(right, 21)
    _put(right, "{{ gap }}, ngày      tháng      năm         ", italic=True, size=13)
    for cell in (left, right):
        _drop_first(cell)


def _title(document: DocumentType, kind: str, about: str) -> None:
    _text(document, kind, align=_CENTRE, indent=False, bold=True, before=18)
    _text(document, about, align=_CENTRE, indent=False, bold=True, before=0)
    _rule(document, 60)


def _signature(document: DocumentType, recipients: Sequence[str]) -> None:
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _text(document, "", before=6, indent=False).paragraph_format.keep_with_next = True
    table = document.add_table(1, 2)
    _fix_widths(table, [70, _TEXT_WIDTH - 70])
    left, right = table.rows[0].cells
    _put(left, "Nơi nhận:", bold=True, italic=True, size=12, align=_LEFT)
    for recipient in recipients:
        _put(left, recipient, size=11, align=_LEFT)
    for text in ("{{ gap }}", "", "", "", "{{ gap }}"):
        _put(right, text, bold=True, size=14)
    for cell in (left, right):
        _drop_first(cell)
    _keep_rows_whole(table)


def _heading(document: DocumentType, text: str) -> None:
    paragraph = _text(document, text, bold=True, before=12, indent=False)
    paragraph.alignment = _LEFT


def _note(document: DocumentType, text: str) -> None:
    paragraph = _text(document, text, italic=True, indent=False)
    paragraph.runs[0].font.size = Pt(11)


def _line(document: DocumentType, tag: str) -> None:
    """A paragraph that only holds a tag and goes away with it."""
    document.add_paragraph(tag)


def _text(
    document: DocumentType,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: bool = True,
    bold: bool = False,
    italic: bool = False,
    before: int = 6,
    after: int = 0,
) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.keep_with_next = bold or None
    if indent:
        layout.first_line_indent = Mm(12.7)
    return paragraph


def _table(document: DocumentType, heads: list[str], widths: list[float], *, spread: float = 0, size: int = 12) -> Table:
    """A table with a heading row that is repeated on every page; ``spread`` is the width of as many columns as there are."""
    document.paragraphs[-1].paragraph_format.space_after = Pt(6)
    table = document.add_table(1, 0)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for width in widths:
        table.add_column(Mm(width or spread / 3))
    _fix_widths(table, [width or spread / 3 for width in widths])
    _fill_row(table.rows[0].cells, heads, [_CENTRE] * len(heads), size=size, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
    _keep_rows_whole(table)
    return table


def _row(table: Table, texts: list[str], *, align: list[WD_ALIGN_PARAGRAPH], bold: bool = False, size: int = 12) -> None:
    row = table.add_row()
    _fill_row(row.cells, texts, align, size=size, bold=bold)
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))


def _loop(table: Table, loop: str, texts: list[str], *, align: list[WD_ALIGN_PARAGRAPH], size: int = 12) -> None:
    """A row for each of something, between the two rows with the tags, which go away."""
    table.add_row().cells[0].text = f"{{%tr for {loop} %}}"
    _row(table, texts, align=align, size=size)
    table.add_row().cells[0].text = "{%tr endfor %}"


def _fill_row(cells: Sequence[_Cell], texts: list[str], align: list[WD_ALIGN_PARAGRAPH], *, size: int, bold: bool) -> None:
    for cell, text, alignment in zip(cells, texts, align, strict=True):
        _put(cell, text, align=alignment, size=size, bold=bold)
        _drop_first(cell)


def _put(
    cell: _Cell,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH = _CENTRE,
    size: int = 14,
    bold: bool = False,
    italic: bool = False,
) -> None:
    paragraph = cell.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None


def _drop_first(cell: _Cell) -> None:
    """Take away the empty paragraph that a new cell begins with."""
    first = cell.paragraphs[0]._p
    first.getparent().remove(first)


def _rule(place: DocumentType | _Cell, indent: float) -> None:
    """A short line below what was put last, drawn as the border of a very low paragraph."""
    paragraph = place.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(indent)
    layout.line_spacing = Pt(3)
    layout.space_after = Pt(5)
    borders = _element("w:pBdr", {})
    borders.append(_element("w:bottom", {"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "000000"}))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _fix_widths(table: Table, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _keep_rows_whole(table: Table) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))


def _element(name: str, attributes: dict[str, str]):
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element


if __name__ == "__main__":
    make_templates(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "config" / "templates")
