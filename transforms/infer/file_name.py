"""What a file's name says: when it was exported, and which month it covers."""

import re
from collections.abc import Iterator
from datetime import datetime

from transforms.infer.draft import Draft

_IN_NAMES = (
    (r"(?<!\d)(?P<exported>20\d{6}[_-]\d{4})(?!\d)", ("%Y%m%d_%H%M", "%Y%m%d-%H%M")),
    (r"(?<!\d)(?P<exported>20\d{6}[_-]\d{6})(?!\d)", ("%Y%m%d_%H%M%S", "%Y%m%d-%H%M%S")),
    (r"(?<!\d)(?P<exported>20\d{12})(?!\d)", ("%Y%m%d%H%M%S",)),
    (r"(?<!\d)(?P<exported>20\d{6})(?!\d)", ("%Y%m%d",)),
    (r"(?<!\d)(?P<exported>20\d\d-\d\d-\d\d)(?!\d)", ("%Y-%m-%d",)),
    (r"(?<!\d)(?P<exported>\d\d-\d\d-20\d\d)(?!\d)", ("%d-%m-%Y",)),
    (r"(?<!\d)(?P<exported>\d\d\.\d\d\.20\d\d)(?!\d)", ("%d.%m.%Y",)),
    (r"(?<!\d)(?P<exported>\d\d_\d\d_20\d\d)(?!\d)", ("%d_%m_%Y",)),
)
"""Days in names of files, with the forms that they may be written in; the longest that fits counts."""
MONTH_IN_NAME = r"(?<!\d)(?P<month>20\d\d-?(?:0[1-9]|1[0-2]))(?!-?\d)"


def say_when_exported(draft: Draft, name: str) -> None:
    """Declare the part of the name that is a day as the time of export, or say that there is none."""
    found = list(_times_in(name))
    if not found:
        draft.doubt(
            ("columns",),
            "tên tệp không cho biết kết xuất lúc nào: đặt ngày vào tên tệp, thêm --exported-at, hoặc khai báo exported_at",
            "its name does not say when it was exported: put the day into it, give --exported-at, or declare exported_at",
        )
        return
    pattern, form = found[0]
    draft.content["exported_at"] = {"file_name": pattern, "time_format": form}
    draft.doubt(
        ("exported_at",),
        "theo tên tệp; hãy kiểm tra đây là lúc kết xuất, không phải kỳ báo cáo",
        "from the file's name; see that this is when it was exported, and not what it covers",
    )
    if len(re.findall(pattern, name)) > 1:
        draft.doubt(
            ("exported_at",),
            "tên tệp có nhiều ngày; ở đây lấy ngày đầu tiên",
            "the name holds several days; the first is taken",
        )


def _times_in(name: str) -> Iterator[tuple[str, str]]:
    for pattern, forms in _IN_NAMES:
        said = re.search(pattern, name)
        for form in forms if said else ():
            try:
                datetime.strptime(said["exported"], form)
            except ValueError:
                continue
            yield pattern, form
