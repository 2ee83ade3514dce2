"""What an office edits of its configuration, as tables: words, headers, units and their names, procedures.

Read from ``config/``, held against each other, and written back: only files that really change, and of those only what does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from transforms.entities import WORDS
from transforms.errors import ConfigError
from transforms.labels import header_key, nearest, word_key
from transforms.profiles import VERDICTS, Profile
from transforms.reference import ALIAS_COLUMNS, PROCEDURE_COLUMNS, UNIT_COLUMNS
from transforms.register_file import Row, read_register_file, register_text
from transforms.yaml_edit import with_lists

COLUMNS = {
    "words": ("source", "column", "normal_form", "word"),
    "columns": ("source", "column", "header"),
    "unit_alias": ALIAS_COLUMNS,
    "units": UNIT_COLUMNS,
    "procedures": PROCEDURE_COLUMNS,
}
"""Every table with the columns that it needs; those of a register may be more."""
REGISTERS = ("unit_alias", "units", "procedures")
_FILLED = {"units": 2, "procedures": 2}
"""So many columns of a register may not be empty; of the other tables none may."""
_KEYS = {"unit_alias": ("source", "alias"), "units": ("unit_code",), "procedures": ("procedure_code", "valid_from")}


@dataclass(frozen=True)
class Table:
    """Rows of text; ``numbers`` says on which row of its sheet each stands."""

    columns: list[str]
    rows: list[Row]
    numbers: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """A row that is added to a table, removed from it, or says something else."""

    table: str
    kind: str  # added | removed | changed
    what: str


def config_tables(profiles: Mapping[str, Profile], sources: Path, reference: Path) -> dict[str, Table]:
    """Every table as ``config/`` says it; a register that is read as its template says has no profile there to edit."""
    profiles = {source: profile for source, profile in profiles.items() if (sources / f"{source}.yml").is_file()}
    words = [
        {"source": source, "column": column, "normal_form": normal, "word": word.strip()}
        for source, profile in profiles.items()
        for column, forms in profile.words.items()
        for normal, spellings in forms.items()
        for word in spellings
    ]
    headers = [
        {"source": source, "column": column, "header": header.strip()}
        for source, profile in profiles.items()
        for column, spellings in profile.columns.items()
        for header in spellings
    ]
    tables = {"words": Table(list(COLUMNS["words"]), words), "columns": Table(list(COLUMNS["columns"]), headers)}
    return tables | {name: Table(*read_register_file(reference / f"{name}.csv", COLUMNS[name])) for name in REGISTERS}


def check_tables(given: Mapping[str, Table], before: Mapping[str, Table], profiles: Mapping[str, Profile], file: str) -> None:
    """Hold the given tables against each other; ConfigError names sheet and row of a mistake, and the nearest that is known.

    What a profile or a register demands of itself is checked when it is loaded.
    """
    here = _Sheets(given, file)
    editable = dict.fromkeys(row["source"] for row in before["columns"].rows)
    for name, columns in COLUMNS.items():
        for number, row in here.rows(name):
            for column in columns[: _FILLED.get(name)]:
                if not row[column]:
                    raise here.mistake(name, number, f"ô {column} để trống", f"{column} is empty")
            if "source" in columns:
                here.known(name, number, "source", row["source"], profiles if name == "unit_alias" else editable)
    for number, row in here.rows("words"):
        entity = profiles[row["source"]].entity
        here.known("words", number, "column", row["column"], [c.name for c in entity.columns if c.role == "word"])
        here.known("words", number, "normal_form", row["normal_form"], WORDS[row["column"]])
        if row["column"] == "status" and word_key(row["word"]) in VERDICTS:
            raise here.mistake(
                "words",
                number,
                f"«{row['word']}» là kết luận về hạn, không phải trạng thái; hãy bỏ dòng này",
                f"“{row['word']}” is a verdict, no status; leave this row out",
            )
    for number, row in here.rows("columns"):
        here.known("columns", number, "column", row["column"], [c.name for c in profiles[row["source"]].entity.columns])
    names = {row["unit_code"]: row["unit_name"] for row in given.get("units", before["units"]).rows}
    for number, row in here.rows("unit_alias"):
        here.known("unit_alias", number, "unit_code", row["unit_code"], names, names)
    here.one_meaning("words", lambda row: (row["source"], row["column"], word_key(row["word"])), "word", "normal_form")
    here.one_meaning("columns", lambda row: (row["source"], header_key(row["header"])), "header", "column")
    here.one_meaning("unit_alias", lambda row: (row["source"], word_key(row["alias"])), "alias", "unit_code")


def changes(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[Change]:
    """What is other in the tables that are given anew."""
    found = []
    for name, table in after.items():
        was, now = (_by_key(name, rows) for rows in (before[name].rows, table.rows))
        found += [Change(name, "removed", _shown(name, row)) for key, row in was.items() if key not in now]
        found += [Change(name, "added", _shown(name, row)) for key, row in now.items() if key not in was]
        found += [
            Change(name, "changed", f"{_shown(name, was[key])} → {_differing(was[key], row)}")
            for key, row in now.items()
            if key in was and _said(was[key]) != _said(row)
        ]
        if not any(change.table == name for change in found) and _order(name, before[name].rows) != _order(name, table.rows):
            found.append(Change(name, "changed", "thứ tự các dòng · order of the rows"))
    return found


def changed_files(before: Mapping[str, Table], after: Mapping[str, Table], sources: Path, reference: Path) -> dict[Path, bytes]:
    """The whole new content of each file in ``config/`` that the new tables change."""
    files: dict[Path, bytes] = {}
    for name in REGISTERS:
        if name in after and _order(name, before[name].rows) != _order(name, after[name].rows):
            path, rows = reference / f"{name}.csv", after[name].rows
            columns = [c for c in after[name].columns if c not in before[name].columns and any(row[c] for row in rows)]
            columns = [*before[name].columns, *columns]
            files[path] = register_text(path, columns, ({c: row.get(c, "") for c in columns} for row in rows))
    for source in dict.fromkeys(row["source"] for name in ("words", "columns") for row in before[name].rows):
        path = sources / f"{source}.yml"
        text = was = path.read_bytes().decode("utf-8")
        for name, shape in (("words", _words_of), ("columns", _headers_of)):
            if name in after and (lists := shape(after[name].rows, source)) != shape(before[name].rows, source):
                text = with_lists(text, [name], lists)
        if text != was:
            files[path] = text.encode()
    return files


def _words_of(rows: Iterable[Row], source: str) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row["source"] == source:
            words = found.setdefault(row["column"], {}).setdefault(row["normal_form"], [])
            if row["word"] not in words:
                words.append(row["word"])
    return found


def _headers_of(rows: Iterable[Row], source: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["source"] == source and row["header"] not in found.setdefault(row["column"], []):
            found[row["column"]].append(row["header"])
    return found


def _by_key(name: str, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(column, "") for column in _KEYS.get(name, COLUMNS[name])): row for row in rows}


def _order(name: str, rows: Iterable[Row]) -> object:
    """The rows as their order counts: that of a register's rows, that of the spellings of one thing."""
    if name in REGISTERS:
        return [*map(_said, rows)]
    spellings: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        *thing, spelling = (row[column] for column in COLUMNS[name])
        spellings.setdefault(tuple(thing), []).append(spelling)
    return {thing: list(dict.fromkeys(said)) for thing, said in spellings.items()}


def _said(row: Row) -> Row:
    return {column: cell for column, cell in row.items() if cell}


def _shown(name: str, row: Row) -> str:
    return " · ".join(cell for column in COLUMNS[name][:4] if (cell := row[column]))


def _differing(was: Row, row: Row) -> str:
    return ", ".join(f"{c}: {row.get(c, '') or '(trống)'}" for c in {**was, **row} if was.get(c, "") != row.get(c, ""))


class _Sheets:
    """The tables with the places of their rows, for what is said of a mistake."""

    def __init__(self, tables: Mapping[str, Table], file: str):
        self._tables, self._file = tables, file

    def rows(self, name: str) -> list[tuple[int, Row]]:
        table = self._tables.get(name, Table([], []))
        return list(zip(table.numbers or range(2, len(table.rows) + 2), table.rows, strict=True))

    def mistake(self, name: str, number: int, vi: str, en: str) -> ConfigError:
        return ConfigError(
            f"{self._file}, trang {name}, hàng {number}: {vi}. Không có gì được ghi.",
            f"{self._file}, sheet {name}, row {number}: {en}. Nothing was written.",
        )

    def known(
        self, name: str, number: int, column: str, said: str, known: Iterable[str], labels: Mapping[str, str] | None = None
    ) -> None:
        """Whether a cell says something known; ``labels`` are the names by which people know it."""
        known, labels = list(known), labels or {}
        if said in known:
            return
        by_label = {label: code for code, label in labels.items()}
        near = list(dict.fromkeys([*(by_label[label] for label in nearest(said, by_label)), *nearest(said, known)]))[:3]
        shown = ", ".join(f"{code} ({labels[code]})" if code in labels else code for code in near or known[:12])
        raise self.mistake(
            name,
            number,
            f"{column} «{said}» chưa có; {'có phải' if near else 'hiện có'}: {shown or '—'}",
            f"{column} “{said}” is not known; {'did you mean' if near else 'known are'}: {shown or '—'}",
        )

    def one_meaning(self, name: str, key: Callable[[Row], tuple], column: str, meaning: str) -> None:
        """Whether what is the same is said to be one thing."""
        first: dict[tuple, tuple[int, Row]] = {}
        for number, row in self.rows(name):
            before, other = first.setdefault(key(row), (number, row))
            if other[meaning] != row[meaning]:
                raise self.mistake(
                    name,
                    number,
                    f"«{row[column]}» là {row[meaning]}, nhưng ở hàng {before} là {other[meaning]}; hãy giữ một dòng",
                    f"“{row[column]}” is {row[meaning]} here and {other[meaning]} in row {before}; keep one of them",
                )
