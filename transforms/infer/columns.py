"""Which column of a file is which: by its header, and by its values where these can be nothing else.

A dossier's code and words of status are told by their values. Which date is which, no values tell: a needed date without a
known header is left open, with what it may be.
"""

from transforms.entities import ENTITIES, Column
from transforms.infer.draft import Doubt, Draft
from transforms.infer.looks import Seen
from transforms.infer.table import LikelyTable
from transforms.infer.vocabulary import vocabulary
from transforms.infer.words import known_share
from transforms.labels import header_key

_PERSONS = {
    "phone": ("số điện thoại", "telephone numbers"),
    "identity": ("số giấy tờ", "identity numbers"),
    "email": ("thư điện tử", "e-mail addresses"),
    "address": ("địa chỉ", "addresses"),
    "name": ("tên người", "names of persons"),
}

_MAY_BE_MISSING = ("time", "number", "recipients")
"""Roles of columns that other files of the source need not have."""
_SAY_TOO_LITTLE = ("is_paper_sent", "is_signed", "event_code")
"""Words that stand in columns of many meanings: yes, no, a short number."""


def map_columns(draft: Draft, table: LikelyTable) -> dict[str, Seen]:
    """Write which header is which column, and which are personal or ignored; the columns of the file that were found."""
    mapped = _mapped(draft, table)
    roles = _roles(table.kind)
    must = _must_be_mapped(table.kind, mapped)
    draft.content["columns"] = {
        column: [mapped[column].header if column in mapped else f"CHƯA RÕ {column}"]  # "not clear": no file has such a header
        for column in roles
        if column in mapped or column in must
    }
    may_be_missing = [c for c in draft.content["columns"] if not roles[c].needed and roles[c].role in _MAY_BE_MISSING]
    if may_be_missing:
        draft.content["optional"] = may_be_missing
    for column, seen in mapped.items():
        if seen.persons and not seen.are_codes:
            draft.doubt(("columns", column), *_looks_personal(seen))
    # A header that stands twice is one header: what is read as a column cannot be dropped as well.
    read = {header_key(seen.header) for seen in mapped.values()}
    _share_out(draft, [seen for seen in table.columns if header_key(seen.header) not in read], table.kind)
    return mapped


def _roles(kind: str) -> dict[str, Column]:
    return {column.name: column for column in ENTITIES[kind].columns}


def _mapped(draft: Draft, table: LikelyTable) -> dict[str, Seen]:
    """The columns of the file that are surely, or by their known header, those of the kind; doubts are noted on the way."""
    by_key: dict[str, list[Seen]] = {}
    for seen in table.columns:
        by_key.setdefault(header_key(seen.header), []).append(seen)
    mapped: dict[str, Seen] = {}
    for column, spellings in vocabulary().columns[table.kind].items():
        headed = [seen for spelling in spellings for seen in by_key.get(header_key(spelling), ())]
        if found := [seen for seen in headed if not _holds_persons(draft, column, seen, table.kind)]:
            mapped[column] = found[0]
            _doubt_header(draft, column, found, table)
    free = [seen for seen in table.columns if seen.filled and seen not in mapped.values() and not _is_spoken_for(seen, table.kind)]
    for column in _roles(table.kind).values():
        if column.name not in mapped and (candidates := [seen for seen in free if _can_only_be(column, seen, table.kind)]):
            _take_by_values(draft, column.name, candidates, mapped)
    for column in _must_be_mapped(table.kind, mapped):
        if column not in mapped:
            _doubt_open(draft, column, [seen for seen in free if seen not in mapped.values()], table.kind)
    return mapped


def _must_be_mapped(kind: str, mapped: dict[str, Seen]) -> list[str]:
    """The columns that a profile of this kind has to speak of."""
    needed = [column.name for column in ENTITIES[kind].columns if column.needed]
    has_unit = kind != "dossier" or {"receiving_unit", "resolving_unit"} & mapped.keys()
    return needed if has_unit else [*needed, "receiving_unit"]


def _is_spoken_for(seen: Seen, kind: str) -> bool:
    known = vocabulary()
    return known.is_personal(seen.header) or known.is_ignored(seen.header) or bool(known.note_of(seen.header, kind))


def _holds_persons(draft: Draft, column: str, seen: Seen, kind: str) -> bool:
    """Whether a column that is kept as written looks like persons: then it is not read, whatever its header."""
    role = _roles(kind)[column].role
    if role not in ("recipient", "unit", "procedure") or not seen.persons:
        return False
    draft.doubt(
        ("personal",),
        f"«{seen.header}» là tên của cột {column}, nhưng các ô trông như dữ liệu cá nhân nên không đọc",
        f"“{seen.header}” is a name of the column {column}, but its cells look like persons, so it is not read",
    )
    return True


def _doubt_header(draft: Draft, column: str, found: list[Seen], table: LikelyTable) -> None:
    place, chosen = ("columns", column), found[0]
    if note := vocabulary().note_of(chosen.header, table.kind):
        draft.doubt(place, f"«{chosen.header}» {note.vi}", f"“{chosen.header}” {note.en}")
    for other in found[1:]:
        if header_key(other.header) == header_key(chosen.header):
            draft.doubt(
                place,
                f"có hai cột «{other.header}»: tệp như vậy bị từ chối, hãy kết xuất với mỗi cột một lần",
                f"there are two columns “{other.header}”: such a file is refused, export it with each column once",
            )
        else:
            draft.doubt(place, f"cũng có thể là cột «{other.header}»", f"it may also be the column “{other.header}”")
    role = _roles(table.kind)[column].role
    if not chosen.filled:
        draft.doubt(place, f"cột «{chosen.header}» trống trong tệp này", f"the column “{chosen.header}” is empty in this file")
    elif role == "time" and not chosen.are_dates:
        draft.doubt(
            place,
            f"phần lớn ô của «{chosen.header}» không trông như ngày",
            f"most cells of “{chosen.header}” do not look like dates",
        )
    elif role == "code" and table.kind == "dossier" and chosen.filled >= 2 * len(chosen.values):
        draft.doubt(
            place,
            f"{len(chosen.values)} mã đứng ở {chosen.filled} hàng: có thể là nhật ký xử lý, mỗi bước một hàng",
            f"{len(chosen.values)} codes stand in {chosen.filled} rows: it may be a log with a row a step, no list of dossiers",
        )
    if role == "code" and not chosen.are_codes:
        for other in table.columns:
            if other.are_codes:
                draft.doubt(
                    place,
                    f"mã hồ sơ nằm dưới «{other.header}»: các cột có thể bị lệch so với tiêu đề",
                    f"dossier codes stand under “{other.header}”: columns may be shifted against the header",
                )


def _can_only_be(column: Column, seen: Seen, kind: str) -> bool:
    """Whether the values of a column leave nothing else that it could be."""
    match column.role:
        case "code":
            return kind == "dossier" and seen.are_codes
        case "procedure":
            return seen.are_procedure_codes
        case "word" if column.name not in _SAY_TOO_LITTLE:
            return known_share(column.name, seen) > 0.5
        case _:
            return False


def _take_by_values(draft: Draft, column: str, candidates: list[Seen], mapped: dict[str, Seen]) -> None:
    mapped[column] = candidates[0]
    header = candidates[0].header
    draft.doubt(("columns", column), f"nhận ra «{header}» theo giá trị của các ô", f"“{header}” is told by its cells")
    for other in candidates[1:]:
        draft.doubt(("columns", column), f"cũng có thể là cột «{other.header}»", f"it may also be the column “{other.header}”")


def _doubt_open(draft: Draft, column: str, free: list[Seen], kind: str) -> None:
    """Say that a needed column was not found, and which columns it may be."""
    match _roles(kind)[column].role:
        case "time":
            candidates = [seen for seen in free if seen.are_dates]
        case "unit":
            candidates = [seen for seen in free if seen.are_units] or [seen for seen in free if not seen.are_dates]
        case "code":
            candidates = [seen for seen in free if len(seen.values) == seen.filled]
        case _:
            candidates = [seen for seen in free if not seen.are_dates]
    listed = ", ".join(f"«{seen.header}»" for seen in candidates if not seen.persons) or "—"
    draft.doubt(
        ("columns", column),
        f"chưa biết là cột nào; hãy ghi tên cột vào đây. Có thể là: {listed}",
        f"not found: write the header here. It may be: {listed}",
    )


def _share_out(draft: Draft, rest: list[Seen], kind: str) -> None:
    """Every other header is dropped as personal or named as ignored: nothing of it is read either way."""
    known, personal, ignored = vocabulary(), [], []
    for seen in rest:
        if not seen.header:
            if seen.filled:
                draft.doubt(
                    ("ignored",),
                    f"cột thứ {seen.place + 1} không có tên nhưng có chữ; không đọc",
                    f"column {seen.place + 1} has no name but text; it is not read",
                )
        elif known.is_personal(seen.header):
            personal.append(seen.header)
        elif seen.persons:
            personal.append(seen.header)
            draft.doubt(("personal",), *_looks_personal(seen))
        else:
            ignored.append(seen.header)
    _doubt_ignored(draft, [seen for seen in rest if seen.header in ignored], kind)
    draft.content |= {"personal": list(dict.fromkeys(personal)), "ignored": list(dict.fromkeys(ignored))}


def _looks_personal(seen: Seen) -> Doubt:
    vi, en = _PERSONS[seen.persons]
    return f"các ô của «{seen.header}» trông như {vi}", f"the cells of “{seen.header}” look like {en}"


def _doubt_ignored(draft: Draft, ignored: list[Seen], kind: str) -> None:
    """Say what is known of these headers, and list those of which nothing is."""
    known, strange = vocabulary(), []
    for seen in ignored:
        if note := known.note_of(seen.header, kind):
            draft.doubt(("ignored",), f"«{seen.header}» {note.vi}", f"“{seen.header}” {note.en}")
        elif not known.is_ignored(seen.header):
            strange.append(seen)
    if strange:
        vi = ", ".join(f"«{seen.header}»{' (ngày)' if seen.are_dates else ''}" for seen in strange)
        en = ", ".join(f"“{seen.header}”{' (dates)' if seen.are_dates else ''}" for seen in strange)
        draft.doubt(
            ("ignored",),
            f"chưa biết các cột {vi}; cột nào có tên người thì chuyển sang personal",
            f"not known: {en}; move to personal what names persons",
        )
