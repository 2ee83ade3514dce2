"""Which column of a file is which: headers compared without case, accents and extra spaces."""

from transforms.errors import FileRefusedError
from transforms.labels import header_key, nearest
from transforms.profiles import Profile

EXPORT_TIME = "export_time"
"""The column that says when the file was exported, where a profile names one."""


def find_columns(headers: list[str], profile: Profile, file_name: str) -> dict[str, int]:
    """The position of each canonical column; FileRefusedError lists what was looked for and what was found."""
    positions: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        positions.setdefault(header_key(header), []).append(position)
    found, missing = {}, {}
    wanted = profile.columns
    if profile.exported_at.column is not None:
        wanted = {**wanted, EXPORT_TIME: [profile.exported_at.column]}
    for column, spellings in wanted.items():
        places = [place for key in dict.fromkeys(map(header_key, spellings)) for place in positions.get(key, [])]
        if len(places) > 1:
            raise FileRefusedError(
                f"Không nhận tệp {file_name}: cột «{spellings[0]}» xuất hiện {len(places)} lần. "
                "Hãy kết xuất lại với mỗi cột một lần.",
                f"The file {file_name} is refused: the column “{spellings[0]}” stands {len(places)} times. "
                "Export it with each column once.",
            )
        if places:
            found[column] = places[0]
        elif column not in profile.optional:
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


def _columns_missing(headers: list[str], missing: dict[str, list[str]], profile: Profile, file_name: str) -> FileRefusedError:
    spoken_of = {header_key(s) for group in profile.columns.values() for s in group}
    spoken_of |= {header_key(s) for s in [*profile.personal, *profile.ignored]}
    if not any(header_key(h) in spoken_of for h in headers):
        # Nothing on this line is a header, so its cells may be a person's: they are counted, not shown.
        found_vi = f"dòng đầu có {len(headers)} ô nhưng không ô nào là tên cột đã biết"
        found_en = f"the first line has {len(headers)} cells and none of them is a known header"
    else:
        listed = ", ".join(f"«{h.strip()}»" for h in headers if h.strip())
        near = [f"«{s[0]}» ~ «{n[0]}»" for s in missing.values() if (n := nearest(s[0], headers, 1))]
        found_vi = f"tìm thấy {listed}" + (f"; gần giống: {', '.join(near)}" if near else "")
        found_en = f"found {listed}" + (f"; nearest: {', '.join(near)}" if near else "")
    looked_for = "; ".join(" / ".join(spellings) for spellings in missing.values())
    return FileRefusedError(
        f"Không nhận tệp {file_name}: thiếu cột {looked_for}; {found_vi}. "
        f"Thêm cách viết vào config/sources/{profile.source}.yml hoặc kết xuất lại.",
        f"The file {file_name} is refused: missing columns {looked_for}; {found_en}. "
        f"Add the spelling to config/sources/{profile.source}.yml or export again.",
    )
