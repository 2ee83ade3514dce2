"""The SQL by which cells become canonical columns: what is taken of each cell while reading, and the rows made of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from transforms.codes import no_code_sql
from transforms.duck import quoted
from transforms.entities import MOST_DAYS, Column
from transforms.intake.headers import EXPORT_TIME, marked_columns
from transforms.intake.resolve import NAMED
from transforms.profiles import Profile

YEARS = (1990, 2100)
"""A date outside these years is a slip of the keyboard (year 24, year 20220)."""

_MARKS = ", ".join(map(quoted, ("x", "×", "✓", "✔", "√", "1", "true")))
"""What a person or a system puts below a header to say that it holds (in small letters)."""

_SIGN = "[0-9]+[^ ]{0,60}"
"""A document's number and sign, as in 15/KH-UBND; anything else there may be a person's name."""

# No-break spaces, tabs and line ends become spaces; NUL and zero-width spaces go, inside a code too.
_WITH_PLAIN_BLANKS = "translate({}, chr(160) || chr(9) || chr(10) || chr(13) || chr(0) || chr(8203) || chr(65279), '    ')"


def taken(places: dict[str, str], profile: Profile, *, dates: Sequence[str] = (), has_odd_blanks: bool, has_marks: bool) -> str:
    """The select list of ``text_row``: ``<column>_text``; of times and numbers ``<column>``, or ``<column>_odd`` if not understood.

    ``places`` gives, for each mapped column that the file has, the name of the cell it stands in; an empty cell is null.
    ``dates`` are the forms in which the file's format writes dates, besides the profile's own.
    Names and words stay as they are, since they are compared by their few spellings afterwards. Odd blanks and combining
    marks are mended only where the file holds any: each pass over a text costs as much as reading it.
    """
    roles = {column.name: column.role for column in profile.entity.columns} | {EXPORT_TIME: "time"}
    formats, zone = [*profile.dates, *dates], profile.zone
    items = []
    for column in profile.marks:
        marked = {word: places[key] for key, [word] in marked_columns(column, profile).items() if key in places}
        items.append(f"{_marked_sql(marked)} as {column}_text")
    for column, cell in places.items():
        if column not in roles:
            continue
        plain = _WITH_PLAIN_BLANKS.format(cell) if has_odd_blanks else cell
        match roles[column]:
            case "time":
                # Few cells have blanks around their date, so they are trimmed only where it is not understood at once.
                any_year = f"coalesce({_time_sql(plain, formats, zone)}, {_time_sql(f'trim({plain})', formats, zone)})"
                items += [f"{in_years(any_year)} as {column}", f"{_odd(column, plain)} as {column}_odd"]
            case "code" | "text" | "sign" | "recipient" as role:
                text = _single_spaced(f"nullif(trim({plain}), '')")
                items.append(f"{f'nfc_normalize({text})' if has_marks else text} as {column}_text")
                if role == "code":
                    items.append(f"{no_code_sql(f'{column}_text', _code_pattern(column, profile))} as {column}_is_none")
                    items.append(f"null::varchar as {column}_odd")
            case "number" | "amount":
                # A cast alone would make 3 of 2.5 and 1 of 1.234.
                said, cast = f"coalesce(trim({plain}), '')", f"try_cast(trim({plain}) as integer)"
                of_empty = f"when {said} = '' then 0 " if roles[column] == "number" else ""
                number = f"case {of_empty}when {said} = cast({cast} as varchar) then {cast} end"
                items += [f"{number} as {column}", f"{_odd(column, plain)} as {column}_odd"]
            case _:
                items.append(f"{cell} as {column}_text")
    absent = (column for column in profile.columns if column not in places and column not in profile.marks)
    items += [_absent_sql(column, roles[column]) for column in absent]
    if roles[profile.entity.code] != "code":
        items.append(f"null::varchar as {profile.entity.code}_odd")
    return ", ".join(items)


def _absent_sql(column: str, role: str) -> str:
    """A column that may be missing, and is, says nothing."""
    match role:
        case "time" | "number" | "amount":
            kind = "timestamp" if role == "time" else "integer"
            return f"null::{kind} as {column}, null::varchar as {column}_odd"
        case "code":
            return f"null::varchar as {column}_text, null::varchar as {column}_odd, false as {column}_is_none"
        case _:
            return f"null::varchar as {column}_text"


def _marked_sql(marked: Mapping[str, str]) -> str:
    """The header below which a mark stands; two marks are two words in one, and something else is no mark: both unknown."""
    words = []
    for word, cell in marked.items():
        text = f"lower(trim({_WITH_PLAIN_BLANKS.format(cell)}))"
        words.append(f"case when {text} in ({_MARKS}) then {quoted(word)} when {text} <> '' then {quoted(f'{word} (?)')} end")
    return f"nullif(concat_ws(' + ', {', '.join(words)}), '')"


def shaped_sql(profile: Profile, found: Collection[str], not_data: Collection[int]) -> str:
    """The SELECT of ``shaped``: ``record``, the canonical columns and ``<column>_unknown`` flags, from ``text_row``.

    ``found`` names the mapped columns that the file has, ``not_data`` the few rows that are no data.
    """
    return (
        f"with parsed as ({_parsed_sql(profile, profile.entity.columns, not_data)}) select *{_derived(profile, found)} from parsed"
    )


def identified_sql(profile: Profile, not_data: Collection[int]) -> str:
    """The SELECT of ``shaped`` less all but ``record`` and what tells rows apart, since each word that is looked up costs."""
    telling = {*profile.entity.identity, "procedure_code"}
    return _parsed_sql(profile, [c for c in profile.entity.columns if telling & c.outputs.keys()], not_data)


def _parsed_sql(profile: Profile, columns: Iterable[Column], not_data: Collection[int]) -> str:
    items, joins = [], []
    for column in columns:
        mapped = column.name in profile.columns
        items += _shaped(column, mapped, profile)
        if mapped and column.role in NAMED:
            joins.append(f"left join name_{column.name} on name_{column.name}.raw = text_row.{column.name}_text")
    where = f"where text_row.rowid not in ({', '.join(map(str, sorted(not_data)))})" if not_data else ""
    return f"select text_row.rowid as record, {', '.join(items)} from text_row {' '.join(joins)} {where}"


def _shaped(column: Column, mapped: bool, profile: Profile) -> list[str]:
    name, text = column.name, f"{column.name}_text"
    if not mapped:
        # What no column says is null; a dossier's status and its second unit are derived afterwards.
        return [] if _is_derived(column, profile) else [f"cast(null as {t}) as {o}" for o, t in column.outputs.items()]
    match column.role:
        case "time" | "number" | "amount" | "code" as role:
            value = text if role == "code" else f"text_row.{name}"
            sound = [f"case when not {name}_is_none then {text} end as {name}", f"{name}_is_none"] if role == "code" else [value]
            return [*sound, *_understood(name, value)]
        case "text" | "sign" | "recipient" | "recipients":
            return _shaped_text(column)
        case "word":
            # An empty status says nothing about the dossier; an empty channel or secrecy is a value of its own.
            resolved = f"name_{name}.resolved"
            is_unknown = f"{resolved} is null" if name == "status" else _not_understood(resolved, text)
            return [
                f"{resolved} as {name}",
                f"name_{name}.written as {name}_raw",
                f"{is_unknown} as {name}_unknown",
            ]
        case "unit" | "procedure":
            resolved = [
                f"name_{name}.resolved as {name}_code",
                f"{_not_understood(f'name_{name}.resolved', text)} as {name}_unknown",
            ]
            return resolved + ([f"name_{name}.written as {name}_name"] if column.role == "procedure" else [])
        case "field":
            return [f"name_{name}.written as {name}", f"{_not_understood(f'name_{name}.resolved', text)} as {name}_unknown"]


def _shaped_text(column: Column) -> list[str]:
    """What is kept of a cell that may name anybody."""
    name, text = column.name, f"{column.name}_text"
    match column.role:
        case "sign":
            return [f"case when regexp_full_match({text}, {quoted(_SIGN)}) then {text} end as {name}"]
        case "recipient":
            resolved = f"name_{name}.resolved"
            is_unknown = f"{_not_understood(resolved, text)} as {name}_unknown"
            return [f"md5({text}) as {name}_hash", f"nullif({resolved}, '') as recipient_unit_code", is_unknown, text]
        case "recipients":
            counts = [f"name_{name}.{count} as {name}_{count}" for count in ("outside_count", "unknown_count")]
            return [f"name_{name}.members as {name}", *counts, f"coalesce(name_{name}.unknown_count > 0, false) as {name}_unknown"]
        case _:
            return [f"{text} is not null as has_{name}", text]


def _code_pattern(column: str, profile: Profile) -> str | None:
    return profile.code_pattern if column == profile.entity.code else None


def _understood(column: str, value: str) -> list[str]:
    """Whether an odd cell was not understood, or was mended."""
    return [
        f"{column}_odd is not null and {value} is null as {column}_unknown",
        f"{column}_odd is not null and {value} is not null as {column}_mended",
    ]


def in_years(time: str) -> str:
    """A time, or null where its year can only be a slip."""
    return f"case when year({time}) between {YEARS[0]} and {YEARS[1]} then {time} end"


def _odd(column: str, text: str) -> str:
    """What a cell says of which no value came; what was understood is not looked at again."""
    return f"case when {column} is null then nullif(trim({text}), '') end"


def _single_spaced(text: str) -> str:
    return f"case when contains({text}, '  ') then regexp_replace({text}, ' +', ' ', 'g') else {text} end"


def _not_understood(value: str, text: str) -> str:
    """True where a cell says something of which no value came; what was understood is not looked at again."""
    return f"case when {value} is null then coalesce(trim({text}) <> '', false) else false end"


def _is_derived(column: Column, profile: Profile) -> bool:
    return profile.kind == "dossier" and column.name in ("status", "receiving_unit", "resolving_unit")


def _derived(profile: Profile, found: Collection[str]) -> str:
    """A dossier's status from its dates, and its one unit in both roles, where the file does not say them; its due dates.

    An empty cell of the original due date, or of the new one, says that the due date was not moved. Beside a column for a
    new due date, the due date is the one that stood before.
    """
    if profile.kind != "dossier":
        return ""
    replaced = []
    if {"original_due_at", "new_due_at"} & set(found):
        replaced.append("coalesce(original_due_at, due_at) as original_due_at")
    if "new_due_at" in found:
        replaced.append("coalesce(new_due_at, due_at) as due_at")
    derived = f" replace ({', '.join(replaced)})" if replaced else ""
    # Days told serve where a date is missing: not those of a wait that is not over, nor those of several supplements together.
    is_known = f"supplement_count <= 1 and supplement_days <= {MOST_DAYS}"
    if "status" in profile.columns:
        is_known += " and status is distinct from 'SUPPLEMENT'"
    derived += f""",
        case when supplement_count is not null
            then coalesce(parsed.due_at, parsed.new_due_at) + greatest(
                coalesce(
                    supplement_completed_at - supplement_requested_at,
                    case when {is_known} then to_days(supplement_days) end,
                    interval 0 day),
                interval 0 day)
        end as extended_due_at"""
    if "status" not in profile.columns:
        derived += """,
            case when returned_at is not null then 'RETURNED'
                 when finished_at is not null then 'DONE_WAIT_RETURN'
                 else 'PROCESSING' end as status,
            cast(null as varchar) as status_raw"""
    if "resolving_unit" not in profile.columns:
        derived += ", receiving_unit_code as resolving_unit_code"
    if "receiving_unit" not in profile.columns:
        derived += ", resolving_unit_code as receiving_unit_code"
    return derived


def _time_sql(text: str, formats: Sequence[str], zone: str) -> str:
    """A local timestamp of the source's zone: formats with an offset are converted, the others are local already."""
    local = [f for f in formats if "%z" not in f]
    zoned = [f for f in formats if "%z" in f]
    tries = []
    if local:
        tries.append(f"try_strptime({text}, [{', '.join(map(quoted, local))}])")
    if zoned:
        offset = f"regexp_replace({text}, 'Z$', '+0000')"
        tries.append(f"timezone({quoted(zone)}, try_strptime({offset}, [{', '.join(map(quoted, zoned))}]))")
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"
