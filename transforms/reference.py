"""The office's registers: units in a tree, their other names, procedures, treatment of statuses. Read, checked, loaded."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

from transforms.closings import CLOSING_COLUMNS, CLOSING_FILE
from transforms.closings import mistakes as closing_mistakes
from transforms.codes import national_procedure_code
from transforms.entities import STATUSES
from transforms.errors import ConfigError
from transforms.forms import COLUMN_COLUMNS, COLUMN_FILE, LAYOUT_COLUMNS, LAYOUT_FILE, mistakes
from transforms.labels import nearest, word_key
from transforms.registry import rules
from transforms.succession import EXTENTS, FOREVER, SUCCESSION_COLUMNS, endings
from transforms.working_calendar import CALENDAR_COLUMNS, IS_WORKED, changes_nothing, parents_of

UNIT_COLUMNS = ("unit_code", "unit_name", "unit_level", "unit_kind", "parent_code", "valid_from", "valid_to")
UNIT_KINDS = (
    "district",
    "department",
    "commune",
    "public_service_unit",
    "vertical_agency",
    "one_stop_counter",
    "unknown",
)
UNIT_LEVELS = ("province", "district", "commune", "unknown")
ALIAS_COLUMNS = ("source", "alias", "unit_code")
CODE_COLUMNS = ("source", "code", "unit_code")
RECIPIENT_COLUMNS = ("source", "wording", "members")
OUTSIDE, NOBODY = "outside", "nobody"
"""What a wording among recipients may stand for besides kinds of units: somebody outside the office, or nobody."""
PROCEDURE_COLUMNS = (
    "procedure_code",
    "procedure_name",
    "field_code",
    "field_name",
    "competent_level",
    "service_level",
    "duration_days",
    "duration_unit",
    "valid_from",
    "valid_to",
)
DURATION_UNITS = ("working_day", "day")
_DAYS = re.compile("[0-9]{1,4}")
PROCEDURE_FLAGS = ("is_at_one_stop", "has_internal_process", "is_published", "is_excepted")
"""Columns of the catalogue that may be absent or empty: then it is not told."""
EXCEPTION_GROUND = "exception_ground"
"""The lawful ground on which a procedure is excepted from being received at the one-stop counter and published."""
OPENING_COLUMNS = ("unit_code", "opening_date", "open_count", "document")
TREATMENT_COLUMNS = ("rule_id", "status", "treatment", "limit_days")
TREATMENTS = (
    "excluded",
    "open",
    "open_with_limit",
    "paused_in_time",
    "resolved_by_dates",
    "resolved_on_time",
    "resolved_when_closed",
    "resolved_when_requested",
)


class MembersOf(Protocol):
    """What a recipient stands for: a unit's code, ``@`` and a kind of units (several, parted by blanks), ``outside``, ``nobody``.

    None where it is not known. ``as_whole`` asks for names and whole wordings only, not for how one begins.
    """

    def __call__(self, written: str, *, as_whole: bool = False) -> str | None: ...


@dataclass(frozen=True)
class Names:
    """Names by comparison key: what a source's unit and procedure names stand for; and the procedures without online submission."""

    has_unit_register: bool
    has_procedure_catalogue: bool
    units: dict[str, str]
    unit_aliases: dict[tuple[str, str], str]
    procedures: dict[str, str]
    procedure_codes: dict[str, str]
    fields: dict[str, str]
    below_level_3: frozenset[str] = frozenset()
    recipients: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes when any name stands for something else."""
        tables = (self.units, self.unit_aliases, self.procedures, self.procedure_codes, self.fields, self.recipients)
        parts = [sorted(table.items()) for table in tables] + [sorted(self.below_level_3)]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def units_of(self, source: str) -> dict[str, str]:
        """The unit names as this source writes them; its own aliases come before the register."""
        return self.units | {alias: code for (owner, alias), code in self.unit_aliases.items() if owner == source}

    def members_of(self, source: str) -> "MembersOf":
        """What the recipients of documents stand for, as this source writes them.

        A unit's name comes before a wording, this source's own wording before that of all sources; of those that only say
        how a recipient begins (``Lưu*``), the longest holds.
        """
        wordings = {w: m for (owner, w), m in sorted(self.recipients.items()) if owner in ("", source)}
        known = wordings | self.units_of(source)
        beginnings = sorted((w[:-1] for w in wordings if w.endswith("*")), key=len, reverse=True)

        @cache
        def members(written: str, *, as_whole: bool = False) -> str | None:
            key = word_key(written)
            begins = next((b for b in beginnings if key.startswith(b)), None) if key not in known and not as_whole else None
            return known.get(key) if begins is None else wordings[f"{begins}*"]

        return members

    def recipient_of(self, source: str) -> Callable[[str], str | None]:
        """The unit that one recipient is; empty for one who is known and no unit, and for all where there is no unit register."""
        members = self.members_of(source)

        def unit(written: str) -> str | None:
            found = members(written) if self.has_unit_register else NOBODY
            return "" if found and (found in (OUTSIDE, NOBODY) or found.startswith("@")) else found

        return unit

    def procedure_of(self, written: str) -> str | None:
        """The procedure that a list writes by its name, or by its code with any local ending."""
        by_name = self.procedures.get(word_key(written))
        return by_name or self.procedure_codes.get(national_procedure_code(written) or "")


@dataclass(frozen=True)
class Reference:
    """Every register of a home, as rows of text checked for their own sense."""

    units: list[dict[str, str]] = field(default_factory=list)
    aliases: list[dict[str, str]] = field(default_factory=list)
    recipients: list[dict[str, str]] = field(default_factory=list)
    codes: list[dict[str, str]] = field(default_factory=list)
    successions: list[dict[str, str]] = field(default_factory=list)
    procedures: list[dict[str, str]] = field(default_factory=list)
    treatments: list[dict[str, str]] = field(default_factory=list)
    openings: list[dict[str, str]] = field(default_factory=list)
    closings: list[dict[str, str]] = field(default_factory=list)
    form_layouts: list[dict[str, str]] = field(default_factory=list)
    form_columns: list[dict[str, str]] = field(default_factory=list)
    calendar: list[dict[str, str]] = field(default_factory=list)

    def names(self) -> Names:
        """The look-up tables for reading; a name that two units or procedures share identifies neither."""
        return Names(
            has_unit_register=bool(self.units),
            has_procedure_catalogue=bool(self.procedures),
            units=_unique_names((u["unit_name"], u["unit_code"]) for u in self.units),
            unit_aliases={(a["source"], word_key(a["alias"])): a["unit_code"] for a in self.aliases},
            procedures=_unique_names((p["procedure_name"], p["procedure_code"]) for p in self.procedures),
            procedure_codes=_unique_names(
                (national, p["procedure_code"])
                for p in self.procedures
                if (national := national_procedure_code(p["procedure_code"]))
            ),
            fields={word_key(p["field_name"]): p["field_name"] for p in self.procedures if p["field_name"]},
            below_level_3=_always_below_level_3(self.procedures),
            recipients={(r["source"], word_key(r["wording"])): _members(r["members"]) for r in self.recipients},
        )


def load_reference(folder: Path) -> Reference:
    """Read ``config/reference``; a register that is absent is empty. ConfigError names file, line and mistake."""
    units = _read_register(folder / "units.csv", UNIT_COLUMNS)
    _check_units(folder / "units.csv", units)
    codes = {u["unit_code"] for u in units}
    aliases = _read_register(folder / "unit_alias.csv", ALIAS_COLUMNS)
    for line, alias in enumerate(aliases, 2):
        _check_word(folder / "unit_alias.csv", line, "unit_code", alias["unit_code"], codes)
    recipients = _read_register(folder / "recipient_group.csv", RECIPIENT_COLUMNS)
    _check_recipients(folder / "recipient_group.csv", recipients)
    procedures = _read_register(folder / "procedures.csv", PROCEDURE_COLUMNS, (*PROCEDURE_FLAGS, EXCEPTION_GROUND))
    _check_procedures(folder / "procedures.csv", procedures)
    calendar = _read_register(folder / "calendar.csv", CALENDAR_COLUMNS)
    _check_calendar(folder / "calendar.csv", calendar, units)
    listed = _read_register(folder / "unit_code.csv", CODE_COLUMNS)
    seen: dict[tuple[str, str], int] = {}
    for line, row in enumerate(listed, 2):
        _check_word(folder / "unit_code.csv", line, "unit_code", row["unit_code"], codes)
        if seen.setdefault((row["source"], row["code"]), line) != line:
            raise _mistake(folder / "unit_code.csv", line, f"the code {row['code']} stands twice", f"mã {row['code']} có hai dòng")
    successions = _read_register(folder / "unit_succession.csv", SUCCESSION_COLUMNS, ("extent",))
    check_successions(folder / "unit_succession.csv", successions, units)
    openings = _read_register(folder / "opening_balance.csv", OPENING_COLUMNS)
    _check_openings(folder / "opening_balance.csv", openings, codes)
    closings = _read_register(folder / CLOSING_FILE, CLOSING_COLUMNS)
    for line, closing in enumerate(closings, 2):
        for column in ("period_start", "period_end", "as_of_date", "closed_date"):
            _check_date(folder / CLOSING_FILE, line, column, closing[column])
    for wrong in closing_mistakes(closings):
        raise _mistake(folder / CLOSING_FILE, wrong.line, wrong.en, wrong.vi)
    layouts = _read_register(folder / LAYOUT_FILE, LAYOUT_COLUMNS)
    form_columns = _read_register(folder / COLUMN_FILE, COLUMN_COLUMNS)
    _check_layouts(folder, layouts, form_columns)
    treatments = _read_register(folder / "status_treatment.csv", TREATMENT_COLUMNS)
    for line, row in enumerate(treatments, 2):
        _check_word(folder / "status_treatment.csv", line, "status", row["status"], STATUSES)
        _check_word(folder / "status_treatment.csv", line, "treatment", row["treatment"], TREATMENTS)
        _check_word(folder / "status_treatment.csv", line, "rule_id", row["rule_id"], rules())
        if row["limit_days"] and not _DAYS.fullmatch(row["limit_days"]):
            raise _mistake(folder / "status_treatment.csv", line, f"limit_days {row['limit_days']!r} is not a whole number of days")
    if treatments:
        _check_treated(folder / "status_treatment.csv", treatments)
    return Reference(
        units=units,
        aliases=aliases,
        recipients=recipients,
        codes=listed,
        successions=successions,
        procedures=procedures,
        treatments=treatments,
        calendar=calendar,
        openings=openings,
        closings=closings,
        form_layouts=layouts,
        form_columns=form_columns,
    )


def unit_scopes(units: list[dict[str, str]], outside_plan: Collection[str]) -> list[tuple[str, str, str]]:
    """(unit, scope, member) for every unit: itself as ``own``, itself and all below it as ``subtree``.

    ``plan_scope`` is the subtree without the units of the kinds ``outside_plan`` and all below those. A unit with units of
    several levels below it also has a scope a level, such as ``district_level`` and ``commune_level``.
    """
    unit_of = {u["unit_code"]: u for u in units}
    pairs = []
    for code in unit_of:
        chain = [code]
        while above := unit_of[chain[-1]]["parent_code"]:
            chain.append(above)
        pairs.append((code, "own", code))
        pairs += [(above, "subtree", code) for above in chain]
        if not any(unit_of[above]["unit_kind"] in outside_plan for above in chain):
            pairs += [(above, "plan_scope", code) for above in chain]
    members = [(above, unit_of[code]["unit_level"], code) for above, scope, code in pairs if scope == "subtree"]
    levels: dict[str, set[str]] = {}
    for above, level, _ in members:
        levels.setdefault(above, set()).add(level)
    return pairs + [(above, f"{level}_level", code) for above, level, code in members if len(levels[above]) > 1]


def _check_units(path: Path, units: list[dict[str, str]]) -> None:
    lines = {u["unit_code"]: line for line, u in enumerate(units, 2)}
    if len(lines) != len(units):
        seen: set[str] = set()
        for line, unit in enumerate(units, 2):
            if unit["unit_code"] in seen:
                raise _mistake(path, line, f"unit_code {unit['unit_code']} stands twice")
            seen.add(unit["unit_code"])
    parent = {u["unit_code"]: u["parent_code"] for u in units}
    for code, line in lines.items():
        unit = units[line - 2]
        _check_word(path, line, "unit_kind", unit["unit_kind"], UNIT_KINDS)
        _check_word(path, line, "unit_level", unit["unit_level"], UNIT_LEVELS)
        for column in ("valid_from", "valid_to"):
            _check_date(path, line, column, unit[column])
        if unit["valid_to"] and unit["valid_to"] < unit["valid_from"]:
            raise _mistake(
                path,
                line,
                f"{code} ends on {unit['valid_to']}, before it begins on {unit['valid_from']}",
                f"{code} hết hiệu lực ngày {unit['valid_to']}, trước ngày bắt đầu {unit['valid_from']}",
            )
        if parent[code]:
            _check_word(path, line, "parent_code", parent[code], parent)
        climbed, above = {code}, parent[code]
        while above:
            if above in climbed:
                raise _mistake(path, line, f"{code} is below itself: the unit tree has a cycle")
            climbed.add(above)
            above = parent[above]
    for code, line in lines.items():
        if parent[code]:
            _check_no_gap(path, line, units[line - 2], units[lines[parent[code]] - 2])


def _check_no_gap(path: Path, line: int, unit: dict[str, str], parent: dict[str, str]) -> None:
    """A unit whose parent begins later or ends sooner would for a time be counted nowhere above."""
    code, above = unit["unit_code"], parent["unit_code"]
    if parent["valid_from"] > unit["valid_from"]:
        raise _mistake(
            path,
            line,
            f"the unit tree has a gap: the parent {above} begins on {parent['valid_from']}, {code} on "
            f"{unit['valid_from'] or 'no day'}; set valid_from of {code}, or give it another parent",
            f"cây đơn vị bị hở: đơn vị cấp trên {above} có từ {parent['valid_from']}, {code} có từ "
            f"{unit['valid_from'] or '(để trống)'}; hãy sửa valid_from của {code} hoặc chọn đơn vị cấp trên khác",
        )
    if parent["valid_to"] and (unit["valid_to"] or FOREVER) > parent["valid_to"]:
        raise _mistake(
            path,
            line,
            f"the unit tree has a gap: the parent {above} ends on {parent['valid_to']}, {code} on "
            f"{unit['valid_to'] or 'no day'}; set valid_to of {code}, or give it another parent",
            f"cây đơn vị bị hở: đơn vị cấp trên {above} hết hiệu lực ngày {parent['valid_to']}, {code} ngày "
            f"{unit['valid_to'] or '(để trống)'}; hãy sửa valid_to của {code} hoặc chọn đơn vị cấp trên khác",
        )


def check_successions(path: Path, links: list[dict[str, str]], units: list[dict[str, str]]) -> None:
    """Hold the bridge against itself and the unit register; ConfigError names the line of ``path``.

    A link may name units outside the register, as the table of the whole country does; then it moves no figure.
    """
    register = {u["unit_code"]: u for u in units}
    lines: dict[tuple[str, str, str], int] = {}
    for line, link in enumerate(links, 2):
        old, new, day = link["old_code"], link["new_code"], link["effective_date"]
        if not new or not day:
            raise _mistake(path, line, "new_code and effective_date are needed", "phải có new_code và effective_date")
        _check_date(path, line, "effective_date", day)
        _check_word(path, line, "extent", link["extent"], EXTENTS)
        if lines.setdefault((old, new, day), line) != line:
            raise _mistake(path, line, f"{old} → {new} on {day} stands twice", f"{old} → {new} ngày {day} có hai dòng")
    found = endings(links)
    for line, link in enumerate(links, 2):
        old, new, day = link["old_code"], link["new_code"], link["effective_date"]
        ending = found[old, new, day]
        if len(ending.successors) > 1 and not link["basis"]:
            raise _mistake(
                path,
                line,
                f"{old} has {len(ending.successors)} successors on {day} and this one has no basis; fill in what it rests on",
                f"{old} có {len(ending.successors)} đơn vị kế tiếp ngày {day} mà dòng này chưa ghi basis; hãy ghi căn cứ",
            )
        if old == new:
            continue
        if new in register and register[new]["valid_from"] > day:
            begins = register[new]["valid_from"]
            raise _mistake(
                path,
                line,
                f"{new} follows {old} on {day} and begins only on {begins}; mend this date, or valid_from in units.csv",
                f"{new} kế tiếp {old} từ {day} mà đến {begins} mới có hiệu lực; hãy sửa ngày này hoặc valid_from trong units.csv",
            )
        # A code given to a new unit on that day or later is not the old unit's entry.
        if ending.is_whole and old in register and register[old]["valid_from"] < day <= (register[old]["valid_to"] or FOREVER):
            raise _mistake(
                path,
                line,
                f"{old} went whole into {new} on {day} and is still in force; set its valid_to in units.csv to the day before, "
                "or write extent part",
                f"{old} đã nhập toàn bộ vào {new} ngày {day} mà vẫn còn hiệu lực; hãy ghi valid_to là ngày hôm trước trong "
                "units.csv, hoặc ghi extent là part",
            )


def _check_treated(path: Path, treatments: list[dict[str, str]]) -> None:
    """Every rule says what it does with every status, once: a status without a word would drop its dossiers from the figures."""
    said = Counter((row["rule_id"], row["status"]) for row in treatments)
    for place in ((rule, status) for rule in rules() for status in STATUSES):
        if said[place] != 1:
            rule, status = place
            raise _mistake(
                path,
                len(treatments) + 1,
                f"the status {status} stands {said[place]} times for the rule {rule}, not once; the shipped file has all of them",
                f"trạng thái {status} có {said[place]} dòng cho cách tính {rule}, cần đúng một; tệp đi kèm phần mềm có đủ",
            )


def _check_openings(path: Path, openings: list[dict[str, str]], units: Collection[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(openings, 2):
        _check_word(path, line, "unit_code", row["unit_code"], units)
        _check_date(path, line, "opening_date", row["opening_date"] or "empty")
        if not _DAYS.fullmatch(row["open_count"]):
            raise _mistake(path, line, f"open_count {row['open_count']!r} is not a whole number")
        place = (row["unit_code"], row["opening_date"])
        if place in seen:
            raise _mistake(path, line, f"{row['unit_code']} on {row['opening_date']} stands twice")
        seen.add(place)


def _check_layouts(folder: Path, layouts: list[dict[str, str]], columns: list[dict[str, str]]) -> None:
    for line, layout in enumerate(layouts, 2):
        for bound in ("valid_from", "valid_to"):
            _check_date(folder / LAYOUT_FILE, line, bound, layout[bound])
    for mistake in mistakes(layouts, columns):
        raise _mistake(folder / mistake.file, mistake.line, mistake.en, mistake.vi)


def _check_recipients(path: Path, recipients: list[dict[str, str]]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for line, row in enumerate(recipients, 2):
        members = row["members"].split()
        for member in members or [""]:
            _check_word(path, line, "members", member, UNIT_KINDS if len(members) > 1 else (*UNIT_KINDS, OUTSIDE, NOBODY))
        if not row["wording"].strip("* ") or "*" in row["wording"][:-1]:
            raise _mistake(
                path,
                line,
                f"the wording {row['wording']!r} needs letters, and a * stands at its end only",
                f"cách viết {row['wording']!r} phải có chữ, và dấu * chỉ đứng ở cuối",
            )
        if seen.setdefault((row["source"], word_key(row["wording"])), line) != line:
            raise _mistake(path, line, f"{row['wording']} stands twice", f"{row['wording']} có hai dòng")


def _members(said: str) -> str:
    """What a wording stands for; an @ tells kinds of units from codes."""
    return said if said in (OUTSIDE, NOBODY) else " ".join(f"@{kind}" for kind in said.split())


def _check_procedures(path: Path, procedures: list[dict[str, str]]) -> None:
    for line, procedure in enumerate(procedures, 2):
        for column in ("valid_from", "valid_to"):
            _check_date(path, line, column, procedure[column])
        for column in PROCEDURE_FLAGS:
            _check_word(path, line, column, procedure[column], ("true", "false", ""))
        if procedure["is_excepted"] == "true" and not procedure[EXCEPTION_GROUND]:
            raise _mistake(
                path,
                line,
                f"{procedure['procedure_code']} is excepted without a ground; fill in {EXCEPTION_GROUND}, or write false",
                f"{procedure['procedure_code']} được trừ mà không ghi căn cứ; hãy ghi {EXCEPTION_GROUND}, hoặc ghi false",
            )
        if days := procedure["duration_days"]:
            if not _DAYS.fullmatch(days):
                raise _mistake(path, line, f"duration_days {days!r} is not a whole number of days")
            _check_word(path, line, "duration_unit", procedure["duration_unit"], DURATION_UNITS)


def _check_calendar(path: Path, calendar: list[dict[str, str]], units: list[dict[str, str]]) -> None:
    parents = parents_of(units)
    row_of: dict[tuple[str, str], dict[str, str]] = {}
    for line, row in enumerate(calendar, 2):
        _check_date(path, line, "date", row["date"])
        for column in ("date", "basis"):
            if not row[column]:
                raise _mistake(path, line, f"{column} is empty")
        _check_word(path, line, "kind", row["kind"], IS_WORKED)
        _check_word(path, line, "is_confirmed", row["is_confirmed"], ("true", "false"))
        if row["scope_unit"]:
            _check_word(path, line, "scope_unit", row["scope_unit"], parents)
        elif row["kind"] == "closure":
            raise _mistake(path, line, "a closure needs its scope_unit; a day off everywhere is a day_off")
        if row_of.setdefault((row["scope_unit"], row["date"]), row) is not row:
            raise _mistake(path, line, f"{row['date']} stands twice for {row['scope_unit'] or 'everywhere'}")
    for line, row in enumerate(calendar, 2):
        if changes_nothing(row, row_of, parents):
            day = f"{row['date']} is a {date.fromisoformat(row['date']):%A}"
            usual = "worked" if IS_WORKED[row["kind"]] else "off"
            raise _mistake(path, line, f"{row['kind']} changes nothing: {day}, {usual} anyhow")


def _check_date(path: Path, line: int, column: str, value: str) -> None:
    try:
        is_date = not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        is_date = False
    if not is_date:
        raise _mistake(path, line, f"{column} {value!r} is not a date like 2020-12-31")


def _read_register(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[dict[str, str]]:
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                raise _mistake(path, 1, f"missing columns {', '.join(missing)}; found {', '.join(reader.fieldnames or [])}")
            found = []
            for row in reader:
                if None in row or None in row.values():
                    raise _mistake(path, reader.line_num, f"the line has not {len(reader.fieldnames or [])} cells")
                found.append({c: row.get(c, "").strip() for c in (*columns, *optional)})
            return found
    except UnicodeDecodeError as error:
        raise _mistake(path, 1, "the file is not UTF-8") from error


def _unique_names(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for name, code in pairs:
        codes.setdefault(word_key(name), set()).add(code)
    return {name: next(iter(found)) for name, found in codes.items() if len(found) == 1}


def _always_below_level_3(procedures: list[dict[str, str]]) -> frozenset[str]:
    """The procedures that were never catalogued at a level with online submission."""
    levels: dict[str, set[str]] = {}
    for procedure in procedures:
        levels.setdefault(procedure["procedure_code"], set()).add(procedure["service_level"])
    return frozenset(code for code, found in levels.items() if found <= {"1", "2"})


def _check_word(path: Path, line: int, column: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        near = nearest(word, known)
        hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(sorted(known)[:12]) or 'none'}"
        raise _mistake(path, line, f"{column} {word} is not known; {hint}")


def _mistake(path: Path, line: int, problem: str, problem_vi: str = "") -> ConfigError:
    return ConfigError(
        f"{path}, dòng {line}: {problem_vi or problem}. Hãy sửa danh mục này rồi chạy lại.",
        f"{path}, line {line}: {problem}. Mend this register and run again.",
    )
