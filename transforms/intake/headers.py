"""Where the header of a file is, and which column is which: compared without case, accents and extra spaces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from transforms.errors import FileRefusedError
from transforms.labels import header_key, nearest
from transforms.profiles import Profile

EXPORT_TIME = "export_time"
"""The column that says when the file was exported, where a profile names one."""
_HEAD_ROWS = 60
"""So far down a header is looked for; titles above it take a few rows."""
_LEVELS = 3
"""So many rows may make up one header, the names of groups above."""


@dataclass(frozen=True)
class Head:
    """A header: its cells, the number of its last row, and the texts of the rows that stand above it."""

    headers: list[str]
    line: int
    titles: list[str]


def find_head(rows: Iterator[tuple[int, Sequence[str]]], profile: Profile) -> Head | list[str]:
    """The first row, or rows one below the other, in which all needed columns are found; reads no further than it must.

    Where there is none, the cells of the row that is most like a header. A header under which the profile says that rows
    have no cell is left out.
    """
    found = _find_head(rows, profile)
    return replace(found, headers=_with_cells(found.headers, profile)) if isinstance(found, Head) else found


def _with_cells(headers: Sequence[str], profile: Profile) -> list[str]:
    lacking = _keys(profile.format.without_cells)
    return [header for header in headers if header_key(header) not in lacking]


def _find_head(rows: Iterator[tuple[int, Sequence[str]]], profile: Profile) -> Head | list[str]:
    seen: list[tuple[int, Sequence[str]]] = []
    for line, cells in islice(rows, _HEAD_ROWS):
        if _has_needed(cells, profile):
            return _deepened(Head(list(cells), line, titles_of(seen)), rows, profile)
        if any(cell.strip() for cell in cells):
            seen.append((line, cells))
    for levels in range(2, _LEVELS + 1):
        for at in range(len(seen) - levels + 1):
            headers = _joined([cells for _, cells in seen[at : at + levels]], profile)
            if _has_needed(headers, profile):
                return Head(headers, seen[at + levels - 1][0], titles_of(seen[:at]))
    return list(max((cells for _, cells in seen), key=lambda cells: known_count(cells, profile), default=[]))


def likeliest_head(rows: Sequence[tuple[int, Sequence[str]]], profile: Profile) -> Head | None:
    """The header as `find_head` finds it; else the row, or rows one below the other, that name the most columns, if any do."""
    found = find_head(iter(rows), profile)
    if isinstance(found, Head):
        return found
    seen = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    heads = [
        Head(_joined([cells for _, cells in seen[at : at + levels]], profile), seen[at + levels - 1][0], titles_of(seen[:at]))
        for levels in range(1, _LEVELS + 1)
        for at in range(len(seen) - levels + 1)
    ]
    best = max(
        heads, key=lambda head: (len(named_columns(head.headers, profile)), known_count(head.headers, profile)), default=None
    )
    return best if best and named_columns(best.headers, profile) else None


def knows_code(headers: Sequence[str], profile: Profile) -> bool:
    """Whether one of the headers is that of the code."""
    return bool(_keys(headers) & _keys(profile.columns[profile.entity.code]))


def titles_of(rows: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    """The texts of rows that stand above a header."""
    return [" ".join(cell for cell in cells if cell) for _, cells in rows]


def known_count(headers: Sequence[str], profile: Profile) -> int:
    """How many of the headers that the profile speaks of are there."""
    return len(_keys(headers) & _known_keys(profile))


def _deepened(head: Head, rows: Iterator[tuple[int, Sequence[str]]], profile: Profile) -> Head:
    """The header with the rows below it that name more of the columns and, where the code stands, nothing else."""
    levels = [head.headers]
    while len(levels) < _LEVELS and named_columns(head.headers, profile) != wanted_columns(profile).keys():
        line, cells = next(rows, (0, []))
        headers = _joined([*levels, cells], profile)
        at = next(at for at, header in enumerate(head.headers) if header_key(header) in _keys(profile.columns[profile.entity.code]))
        says_no_code = header_key("".join(cells[at : at + 1])) in ("", header_key(head.headers[at]))
        if not (says_no_code and named_columns(headers, profile) > named_columns(head.headers, profile)):
            break
        head, levels = Head(headers, line, head.titles), [*levels, list(cells)]
    return head


def _joined(levels: list[Sequence[str]], profile: Profile) -> list[str]:
    """One name a column: those of all levels together if the profile knows that, else the lowest one."""
    width = max(map(len, levels))
    padded = [[*level, *[""] * (width - len(level))] for level in levels]
    known = _known_keys(profile)
    headers, left = [], [""] * len(levels)
    for column in zip(*padded, strict=True):
        # The name of a group stands over its first column only.
        left = [cell or (left[level] if any(column[level + 1 :]) else "") for level, cell in enumerate(column)]
        together = " ".join(name for name in dict.fromkeys(left) if name)
        lowest = next((cell for cell in reversed(column) if cell), "")
        headers.append(together if header_key(together) in known else lowest)
    return headers


def _keys(spellings: Sequence[str]) -> set[str]:
    return set(map(header_key, spellings))


def _known_keys(profile: Profile) -> set[str]:
    """Every header that the profile speaks of, also of what it drops."""
    wanted = (s for group in wanted_columns(profile).values() for s in group)
    return _keys([*wanted, *profile.personal, *profile.ignored, *profile.format.without_cells])


def named_columns(headers: Sequence[str], profile: Profile) -> set[str]:
    """The columns that are read of which a header is there."""
    keys = _keys(headers)
    return {column for column, spellings in wanted_columns(profile).items() if keys & _keys(spellings)}


def _has_needed(headers: Sequence[str], profile: Profile) -> bool:
    return needed_columns(profile).keys() <= named_columns(headers, profile)


def wanted_columns(profile: Profile) -> dict[str, list[str]]:
    """The spellings of every column that is read: those that are mapped, and that of the export time where one is named.

    Of a column that is told by marks, each header is one of its own.
    """
    wanted: dict[str, list[str]] = {}
    for column, spellings in profile.columns.items():
        wanted |= marked_columns(column, profile) if column in profile.marks else {column: spellings}
    export_time = profile.exported_at.column
    return wanted if export_time is None else {**wanted, EXPORT_TIME: [export_time]}


def marked_columns(column: str, profile: Profile) -> dict[str, list[str]]:
    """The headers below which a mark stands for that word, by the names under which they are found."""
    return {f"{column}={header_key(word)}": [word] for word in profile.columns[column]}


def needed_columns(profile: Profile) -> dict[str, list[str]]:
    """The spellings of every column without which a file is refused; what group rows give has no header."""
    return {
        column: spellings
        for column, spellings in wanted_columns(profile).items()
        if column not in profile.optional and column not in profile.groups
    }


def find_columns(headers: list[str], profile: Profile, file_name: str) -> dict[str, int]:
    """The position of each canonical column; FileRefusedError lists what was looked for and what was found."""
    positions: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        positions.setdefault(header_key(header), []).append(position)
    found, missing = {}, {}
    for column, spellings in wanted_columns(profile).items():
        places = sorted(place for key in dict.fromkeys(map(header_key, spellings)) for place in positions.get(key, []))
        which = profile.repeated.get(column)
        if len(places) > 1 and which is None:
            raise FileRefusedError(
                f"Không nhận tệp {file_name}: cột «{spellings[0]}» xuất hiện {len(places)} lần. "
                f"Hãy kết xuất lại với mỗi cột một lần, hoặc ghi repeated: {{{column}: first|last}} vào hồ sơ nguồn.",
                f"The file {file_name} is refused: the column “{spellings[0]}” stands {len(places)} times. "
                f"Export it with each column once, or say repeated: {{{column}: first|last}} in the profile.",
                "FILE_COLUMNS_MISSING",
            )
        if places:
            found[column] = places[-1 if which == "last" else 0]
        elif column in needed_columns(profile):
            missing[column] = spellings
    if missing:
        raise _columns_missing(headers, missing, profile, file_name)
    return found


def unmapped_headers(headers: list[str], profile: Profile) -> tuple[list[str], list[str]]:
    """The headers that are dropped as personal, and those that the profile does not speak of."""
    mapped = {header_key(s) for spellings in profile.columns.values() for s in spellings}
    personal = {header_key(s) for s in profile.personal}
    ignored = {header_key(s) for s in profile.ignored}
    dropped = [h for h in headers if header_key(h) in personal]
    unknown = [h for h in headers if header_key(h) not in mapped | personal | ignored]
    return dropped, unknown


def known_headers(headers: list[str], profile: Profile) -> list[str]:
    """The headers that the profile speaks of, in the order of the file and as the profile spells them."""
    spelled = {
        header_key(spelling): spellings[0]
        for spellings in (*wanted_columns(profile).values(), *([s] for s in (*profile.personal, *profile.ignored)))
        for spelling in spellings
    }
    return [spelled[key] for key in map(header_key, headers) if key in spelled]


def _columns_missing(headers: list[str], missing: dict[str, list[str]], profile: Profile, file_name: str) -> FileRefusedError:
    """Names the columns that are there and those that are nearly so; any other cell may be a person's, and is only counted."""
    known = _known_keys(profile)
    is_header = known_count(headers, profile) >= 2
    near = [(s[0], n[0].strip()) for s in missing.values() if is_header and (n := nearest(s[0], headers, 1))]
    told = [h.strip() for h in headers if header_key(h) in known]
    others = sum(bool(h.strip()) for h in headers) - len({*told, *(n for _, n in near)})
    listed = ", ".join(f"«{h}»" for h in told) or "—"
    nearly = ", ".join(f"«{s}» ~ «{n}»" for s, n in near)
    found_vi = f"tìm thấy {listed}" + (f"; gần giống: {nearly}" if near else "") + (f"; {others} cột khác" if others > 0 else "")
    found_en = f"found {listed}" + (f"; nearest: {nearly}" if near else "") + (f"; {others} other columns" if others > 0 else "")
    looked_for = "; ".join(" / ".join(spellings) for spellings in missing.values())
    return FileRefusedError(
        f"Không nhận tệp {file_name}: thiếu cột {looked_for}; {found_vi}. "
        f"Thêm cách viết vào config/sources/{profile.source}.yml hoặc kết xuất lại.",
        f"The file {file_name} is refused: missing columns {looked_for}; {found_en}. "
        f"Add the spelling to config/sources/{profile.source}.yml or export again.",
        "FILE_COLUMNS_MISSING",
    )
