"""The pages below ``docs/`` that are made, not written: cards of indicators and rules, and the dictionary of the marts."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import numbers
from reports.words import CHANNELS, LAWFUL, MARKS, OUTCOMES, STATUSES, TREATMENTS
from transforms.build import CHECK_RESULT_COLUMNS, CHECK_RESULT_SENTENCE, LARGE_MARTS, PARTITIONED_MARTS
from transforms.cards import (
    Card,
    Document,
    Dossier,
    Entry,
    Procedure,
    SignalCard,
    Told,
    load_cards,
    load_signal_cards,
)
from transforms.periods import standard_period
from transforms.reference import load_reference
from transforms.registers import registers
from transforms.registry import bases, figures, indicator_ids, rules, signals
from transforms.runner import Model, all_models

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDERS = ("indicators", "marts", "signals")
"""The folders of ``docs/`` that hold nothing but pages made here."""
NOTE = (
    "Trang này do `make docs` tạo ra từ mô hình, danh mục và ví dụ; hãy sửa ở đó rồi chạy lại.",
    "This page is made by `make docs` from models, registries and examples; mend those and run it again.",
)
FIGURE_STATUSES = {
    "missing_data": "thiếu số liệu · missing data",
    "missing_denominator": "thiếu mẫu số · missing denominator",
    "no_evidence": "thiếu minh chứng · no evidence",
    "no_activity": "không phát sinh · no activity",
}
UNIT_ROLES = {
    "receiving": ("đơn vị tiếp nhận", "the unit that receives"),
    "resolving": ("đơn vị giải quyết", "the unit that resolves"),
    "issuing": ("đơn vị ban hành", "the unit that issues"),
    "assessed": ("đơn vị được đánh giá", "the unit that is judged"),
    "competent": ("đơn vị có thẩm quyền", "the unit in whose competence it is"),
}
COLUMNS = {
    "status": "trạng thái · status",
    "channel": "hình thức nộp · channel",
    "submitted_at": "nộp · submitted",
    "received_at": "tiếp nhận · received",
    "due_at": "hẹn trả · due",
    "original_due_at": "hẹn trả ban đầu · first promised",
    "finished_at": "kết thúc xử lý · ended",
    "status_seen_at": "thấy trạng thái lần đầu · status first seen",
    "supplement_count": "số lần bổ sung · supplements",
    "supplement_days": "số ngày bổ sung · days of supplements",
    "supplement_requested_at": "yêu cầu bổ sung · papers asked for",
    "supplement_completed_at": "bổ sung xong · papers came",
    "statutory_days": "thời hạn, ngày làm việc · time, working days",
    "unit": "đơn vị · unit",
    "issued_date": "ban hành · issued",
    "is_registered": "có trong sổ · in the register",
    "recipients": "nơi nhận · recipients",
    "secrecy": "độ mật · secrecy",
    "exclusion_ground": "lý do không gửi qua mạng · ground",
    "is_paper_sent": "gửi kèm bản giấy · paper copy",
    "is_signed": "ký số · signed",
    "sent": "nhật ký: nơi nhận, mã · log: recipient, codes",
    "register_name": "sổ · register",
    "service_level": "mức độ dịch vụ · service level",
    "is_at_one_stop": "tại bộ phận một cửa · at the counter",
    "is_published": "công khai · published",
    "exception_ground": "căn cứ được trừ · ground of exception",
    "valid_from": "từ · from",
    "valid_to": "đến · to",
}
"""The columns of an example, in the order shown; those that no row fills are left out."""
WORDS = {
    **STATUSES,
    **CHANNELS,
    "open": ("thường", "open"),
    "secret": ("mật", "secret"),
    "top_secret": ("tối mật", "top secret"),
    "absolute_secret": ("tuyệt mật", "absolutely secret"),
    "paper_original": ("cần bản giấy gốc", "paper original"),
    "large_format": ("khổ lớn", "large format"),
    "not_connected": ("nơi nhận chưa kết nối", "recipient not connected"),
}


def pages() -> dict[str, str]:
    """Every page, by its path below ``docs/``. The same models, registries and examples give the same text."""
    return card_pages() | signal_pages() | mart_pages()


def card_pages() -> dict[str, str]:
    """The card of each indicator and rule, and their index."""
    found = {f"indicators/{name}.md": _card(name, card) for name, card in load_cards().items()}
    titled = [{"name": f["indicator_id"], "title_vi": f["title_vi"], "title_en": f["title_en"]} for f in _each_indicator()]
    groups = [
        ("Chỉ tiêu · Indicators", titled),
        ("Cách tính · Counting rules", [{"name": name, **said} for name, said in rules().items()]),
    ]
    found["indicators/README.md"] = _rendered("cards_index.md", groups=groups)
    return found


def signal_pages() -> dict[str, str]:
    """The card of each signal of the review list, and their index."""
    found = {f"signals/{name}.md": _signal(name, card) for name, card in load_signal_cards().items()}
    found["signals/README.md"] = _rendered("signals_index.md", rows=list(signals().values()))
    return found


def mart_pages() -> dict[str, str]:
    """The page of each mart, and their index."""
    marts = [_described(model) for model in all_models().values() if model.layer == "marts"]
    marts.append(
        {
            "name": "check_result",
            "sentence": CHECK_RESULT_SENTENCE,
            "grain": "`check_id`",
            "file": _file("check_result"),
            "warnings": [],
            "columns": {name: description for name, (_, description) in CHECK_RESULT_COLUMNS.items()},
            "layouts": [],
            "is_internal": False,
            "edges": [],
            "inputs": "",
        }
    )
    marts.sort(key=lambda mart: mart["name"])
    found = {f"marts/{mart['name']}.md": _rendered("mart.md", **mart) for mart in marts}
    found["marts/README.md"] = _rendered("marts_index.md", marts=marts)
    return found


def write_docs(folder: Path = CHECKOUT / "docs") -> None:
    """Write every page below ``folder``, and remove those of its made folders that are no page any more."""
    made = pages()
    for name in superfluous(folder, made):
        (folder / name).unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def superfluous(folder: Path, made: Iterable[str]) -> list[str]:
    """The files in the made folders of ``folder`` that are not among the pages."""
    there = (path for made_folder in FOLDERS for path in (folder / made_folder).rglob("*") if path.is_file())
    return sorted({path.relative_to(folder).as_posix() for path in there} - set(made))


def _card(name: str, card: Card) -> str:
    rule, computed = rules().get(name), [f for f in figures() if f["indicator_id"] == name]
    titles = rule or computed[0]
    treatments = load_reference(CHECKOUT / "config" / "reference").treatments
    return _rendered(
        "card.md",
        name=name,
        card=card,
        title_vi=titles["title_vi"],
        title_en=titles["title_en"],
        kind_vi="cách tính" if rule else "chỉ tiêu",
        kind_en="counting rule" if rule else "indicator",
        bases=[bases()[basis] for basis in _each(f["basis_id"] for f in computed)],
        treatments=[_treatment(row) for row in treatments if row["rule_id"] == name],
        marks=MARKS,
        as_of=numbers.date(card.example.as_of),
        example=_example_table(card),
        figures=_figure_table(card),
        ids=_rule_ids(name) if rule else _indicator_ids(name, computed),
    )


_TOLD = ("exported", "status", "submitted_at", "received_at", "due_at", "original_due_at", "finished_at", "supplement_count")


def _signal(name: str, card: SignalCard) -> str:
    said, example = signals()[name], card.example
    rows = []
    for dossier in example.dossiers:
        verdict = "có · yes" if dossier.is_found else "không · no"
        reason = f" ({' · '.join(LAWFUL[dossier.lawful_reason])})" if dossier.lawful_reason else ""
        who = f"**{dossier.id}**" + (f" × {dossier.count}" if dossier.count > 1 else "")
        cells = [[_told(told, column) for column in _TOLD] for told in dossier.told]
        rows += [[who if n == 0 else "", *line, "", ""] for n, line in enumerate(cells)]
        rows[-1][-2:] = [verdict + reason, _both((dossier.why.vi, dossier.why.en))]
    return _rendered(
        "signal.md",
        name=name,
        card=card,
        title_vi=said["title_vi"],
        title_en=said["title_en"],
        threshold_vi=said["threshold_vi"].format(**said),
        threshold_en=said["threshold_en"].format(**said),
        exports=", ".join(numbers.date(day) for day in example.exports),
        header=["kết xuất · export", *(COLUMNS[column] for column in _TOLD[1:]), "thấy · found", "vì sao · why"],
        rows=rows,
    )


def _told(told: Told, column: str) -> str:
    if told.is_gone:
        return {"exported": numbers.date(told.exported), "status": "không còn · gone"}.get(column, "")
    return _cell(told, column)


def _treatment(row: dict[str, str]) -> dict[str, str]:
    vi, en = TREATMENTS[row["treatment"]]
    return {"status": row["status"], "status_vi": STATUSES[row["status"]][0], "vi": vi.format(**row), "en": en.format(**row)}


def _rule_ids(name: str) -> list[tuple[str, str, str]]:
    computed = [f for f in figures() if f["rule_id"] == name]
    needs = rules()[name]["needs"].split()
    return [
        ("cách tính", "rule", f"`{name}`, `transforms/models/rules/{name}.sql`"),
        ("chỉ tiêu", "indicators", _linked(_each(f["indicator_id"] for f in computed))),
        ("mẫu số", "bases", _coded(_each(f["basis_id"] for f in computed))),
        ("cột mà tệp kết xuất phải có thêm", "columns that the export must have besides", _coded(needs) or "—"),
    ]


def _indicator_ids(name: str, computed: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    role_vi, role_en = UNIT_ROLES[computed[0]["unit_role"]]
    own_rules = _each(f["rule_id"] for f in computed)
    return [
        ("chỉ tiêu", "indicator", f"`{name}`"),
        ("cách tính", "rules", _linked(own_rules) if set(own_rules) <= set(rules()) else _coded(own_rules)),
        ("mẫu số, mẫu số thường dùng đứng đầu", "bases, the usual one first", _coded(_each(f["basis_id"] for f in computed))),
        ("tính cho", "counted for", f"{role_vi} · {role_en} (`{computed[0]['unit_role']}`)"),
        ("ở kho", "in the mart", "[`indicator_value`](../marts/indicator_value.md)"),
    ]


def _example_table(card: Card) -> dict[str, Any]:
    items = card.example.rows
    columns = [column for column in COLUMNS if any(_cell(item, column) for item in items)]
    said = _each(
        column for entry in card.example.entries for column in registers()[entry.register_name].columns if column in entry.said
    )
    asked = _each(rule for item in items for rule in item.outcomes)
    outcome_names = ["kết quả · outcome"] if len(asked) == 1 else [f"`{rule}`" for rule in asked]
    return {
        "header": [
            "",
            *(COLUMNS[column] for column in columns),
            *(_heading(card, column) for column in said),
            *outcome_names,
            "vì sao · why",
        ],
        "rows": [
            [
                f"**{item.id}**",
                *(_cell(item, column) for column in columns),
                *(_said(item, column) for column in said),
                *(_both(OUTCOMES[item.outcomes[rule]]) if rule in item.outcomes else "" for rule in asked),
                _both((item.why.vi, item.why.en)),
            ]
            for item in items
        ],
    }


def _heading(card: Card, column: str) -> str:
    """What a register's column is called; the same column may have another heading in another register of the example."""
    names = _each(registers()[e.register_name].columns[column].headings[0] for e in card.example.entries if column in e.said)
    return f"{', '.join(names)} · {column}"


def _said(item: Dossier | Document | Entry | Procedure, column: str) -> str:
    """A cell of a register, a word as the template offers it; empty where the entry says nothing."""
    if not isinstance(item, Entry) or column not in item.said:
        return ""
    value, words = item.said[column], registers()[item.register_name].columns[column].words
    return _day(value) if isinstance(value, date) else words[value][0] if words else str(value)


def _cell(item: Dossier | Document | Entry | Procedure, column: str) -> str:
    """A cell of an example as a list would show it: empty where it says nothing."""
    value = getattr(item, column, None)
    if column not in item.model_fields_set and value is not True:
        return ""
    match value:
        case None:
            return _both(("không có cột này", "no such column"))
        case bool():
            return "có · yes" if value else "không · no"
        case date():
            return _day(value)
        case list():
            return "<br>".join(f"{sending.to}: {', '.join(sending.codes)}" for sending in value)
        case _:
            return _both(WORDS[value]) if value in WORDS else str(value)


def _day(value: date) -> str:
    """A day; a moment to the minute, or to the second where it has any."""
    if not isinstance(value, datetime):
        return numbers.date(value)
    return f"{numbers.date(value.date())} {value:%H:%M:%S}".removesuffix(":00")


def _figure_table(card: Card) -> dict[str, Any]:
    rows = []
    for figure in card.example.figures:
        period = standard_period(card.example.calendar, figure.period)
        days = f"{numbers.date(period.period_start)}–{numbers.date(period.period_end)}"
        known = figure.status == "ok"
        rows.append(
            [
                f"`{figure.rule}`",
                f"`{figure.basis}`",
                days,
                figure.unit or "tất cả · all",
                str(figure.numerator) if known else "",
                str(figure.denominator) if known else "",
                numbers.rate(figure.numerator, figure.denominator) if known else FIGURE_STATUSES[figure.status],
            ]
        )
    names = ("cách tính · rule", "mẫu số · basis", "kỳ · period", "đơn vị · unit", "tử số", "mẫu số", "tỷ lệ · rate")
    return {"header": names, "rows": rows}


def _described(model: Model) -> dict[str, Any]:
    inputs = sorted({name for member in upstream(model) for name in member.reads} - all_models().keys())
    return {
        "name": model.name,
        "sentence": model.header["sentence"],
        "grain": _coded(model.grain),
        "file": _file(model.name),
        "warnings": [part.strip() for part in model.header.get("warnings", "").split(";") if part.strip()],
        "columns": model.columns,
        "layouts": _layouts(model.name),
        "is_internal": model.header.get("audience") == "internal",
        "edges": lineage(model),
        "inputs": _coded(inputs),
    }


def _layouts(mart: str) -> list[dict[str, Any]]:
    """The shipped layouts of the form that a mart holds, with their columns as rows of a table."""
    shipped = load_reference(CHECKOUT / "config" / "reference")
    return [
        {
            **layout,
            "days": _days_of(layout),
            "rows": [_layout_row(column) for column in shipped.form_columns if column["layout_id"] == layout["layout_id"]],
        }
        for layout in shipped.form_layouts
        if layout["mart_name"] == mart
    ]


def _days_of(layout: dict[str, str]) -> str:
    start, end = (numbers.date(date.fromisoformat(layout[bound])) if layout[bound] else "" for bound in ("valid_from", "valid_to"))
    return f"{start}–{end}" if start or end else ""


def _layout_row(column: dict[str, str]) -> list[str]:
    return [
        column["column_number"],
        _both(tuple(" / ".join(filter(None, (column[f"group_{tongue}"], column[f"heading_{tongue}"]))) for tongue in ("vi", "en"))),
        " + ".join(f"`{shown}`" for shown in column["shows"].split()),
        " + ".join(f"({number})" for number in column["sum_of"].split()),
        _both(MARKS[column["mark"]]),
    ]


def upstream(model: Model) -> list[Model]:
    """A model and every model that it is made from, however far below, by name."""
    found, waiting = {}, [model]
    while waiting:
        member = waiting.pop()
        if member.name not in found:
            found[member.name] = member
            waiting += [all_models()[name] for name in member.reads & all_models().keys()]
    return [found[name] for name in sorted(found)]


def lineage(model: Model) -> list[tuple[str, str]]:
    """The arrows of a model's picture, from what is read to what reads it.

    The counting rules are one box, and an arrow that only shortens a way shown otherwise is left out.
    """
    members = upstream(model)
    reads: dict[str, set[str]] = {}
    for member in members:
        below = {_box(all_models()[name]) for name in member.reads & all_models().keys()}
        reads.setdefault(_box(member), set()).update(below - {_box(member)})

    def reaches(start: str, goal: str) -> bool:
        return goal in reads[start] or any(reaches(below, goal) for below in reads[start])

    return sorted(
        (below, above)
        for above, belows in reads.items()
        for below in belows
        if not any(reaches(other, below) for other in belows - {below})
    )


def _box(model: Model) -> str:
    return "counting_rules" if model.layer == "rules" else model.name


def _file(mart: str) -> str:
    where = f"`data/marts/current/{mart}/*.parquet`" if mart in PARTITIONED_MARTS else f"`data/marts/current/{mart}.parquet`"
    return where if mart in LARGE_MARTS else f"{where}, bảng của · table of `marts.duckdb`"


def _each_indicator() -> list[dict[str, str]]:
    return [next(f for f in figures() if f["indicator_id"] == name) for name in indicator_ids()]


def _each(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _coded(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _linked(names: Iterable[str]) -> str:
    return ", ".join(f"[`{name}`]({name}.md)" for name in names)


def _both(pair: tuple[str, str]) -> str:
    return f"{pair[0]}<br>*{pair[1]}*"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _rendered(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # Markdown, from our own models and registries
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _escaped
    text = environment.get_template(template).render(note_vi=NOTE[0], note_en=NOTE[1], **values)
    return re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


if __name__ == "__main__":
    write_docs()
