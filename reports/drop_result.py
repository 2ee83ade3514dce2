"""The small text that appears beside a dropped file: what became of it and what to do next, in words for an office."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from expectations.row_rules import rule_of
from reports.numbers import count, date
from transforms.file_account import Account, Reason
from transforms.intake.faults import UNKNOWN_NAME
from transforms.intake.table import line_or_place
from transforms.profiles import Profile

Said = tuple[str, str]
"""A line in Vietnamese and the same in English."""

_GAP: Said = ("", "")
_LAST_SECOND = time(23, 59, 59)
_SAID_BY = {
    "option": ("theo người nhập tệp", "as given by hand"),
    "sidecar": ("theo tệp .meta.json kèm theo", "from the .meta.json beside it"),
    "file_name": ("theo tên tệp", "from its name"),
    "column": ("theo một cột trong tệp", "from one of its columns"),
    "declared": ("theo khai báo của nguồn", "as declared for the source"),
}
_KINDS = {
    "dossier": ("hồ sơ", "dossiers"),
    "document": ("văn bản", "documents"),
    "transmission": ("lượt gửi nhận", "transmissions"),
}
_ENTRIES = ("mục", "entries")
"""What the rows of a register kept by hand are."""
_OPEN = ("đang giải quyết, tiếp nhận", "still open, received")
_COVERED_BY = {
    "received_at": {"received": ("tiếp nhận", "received"), "resolved": ("giải quyết xong", "resolved"), "open": _OPEN},
    "issued_at": {"received": ("ban hành", "issued")},
}
"""By the date that a list is cut by, and what it is cut by."""
_DATED = {"received": ("có ngày", "dated")}


def taken_result(account: Account, name: str, profile: Profile, headers: Mapping[str, str], errors_file: str) -> str:
    """What became of a file that is in the ledger: its counts, what it covers, why rows were kept out, what to do.

    ``name`` is that under which it lies in the drop folder, ``headers`` are its own by canonical column, ``errors_file`` the
    name of the workbook with every row that was kept out.
    """
    file = account.file
    if file["outcome"] == "refused":
        return refused_result(name, file["message_vi"], file["message_en"])
    source = f"{profile.title} ({profile.source})"
    said = [
        _headline(file, name),
        (f"Nguồn: {source}", f"Source: {source}"),
        *_same_as(name, file["file_name"]),
        _GAP,
        *_counts(file),
        _GAP,
        *_clocks(account),
        _coverage(file, profile),
    ]
    if account.findings:
        said += [_GAP, ("Cả tệp có điều cần xem, vẫn nhận:", "To look at in the whole file, which is taken all the same:")]
        said += [(f"- {finding.vi}.", f"- {finding.en}.") for finding in account.findings]
    if account.kept_out:
        said += [_GAP, ("Hàng bị cách ly, chưa tính vào số liệu:", "Rows kept out of the figures:")]
        said += _reasons(account.kept_out, headers)
    if account.warnings:
        said += [_GAP, ("Hàng cần kiểm tra, vẫn tính vào số liệu:", "Rows to look at, counted all the same:")]
        said += _reasons(account.warnings, headers)
    said += [_GAP, ("Việc cần làm:", "What to do:"), *_next_steps(account, errors_file)]
    said += [_GAP, (f"Mã đối chiếu: {account.reference}", f"Reference: {account.reference}")]
    return _written(said)


def refused_result(name: str, vi: str, en: str) -> str:
    """Why nothing of a file is taken."""
    return _written(
        [
            (f"✘ Chưa nhận tệp {name}", f"✘ The file {name} is not taken"),
            (vi, en),
            _GAP,
            ("Việc cần làm:", "What to do:"),
            (
                "- Làm theo lý do nêu trên rồi chép tệp mới vào thư mục này.",
                "- Do as the reason above says, then copy the new file into this folder.",
            ),
            (
                "- Nếu lý do nằm ở khai báo thì báo người quản trị; khai báo sửa xong, lần chạy sau đọc lại tệp này.",
                "- If the reason lies in the configuration, tell the operator; the run after it is mended reads this file again.",
            ),
        ]
    )


def waiting_result(name: str) -> str:
    """A file that was still growing, or came too late for this run, is not read."""
    return _written(
        [
            (f"… Chưa đọc tệp {name}", f"… The file {name} is not read yet"),
            (
                "Tệp vừa mới đến hoặc còn đang được chép vào thư mục. Lần chạy sau sẽ đọc; không phải làm gì.",
                "It came just now or is still being copied into the folder. The next run reads it; there is nothing to do.",
            ),
        ]
    )


def _written(said: Iterable[Said]) -> str:
    """All lines in Vietnamese, then all in English."""
    vi, en = zip(*said, strict=True)
    return "\n".join((*vi, "", "—" * 40, "", *en)) + "\n"


def _headline(file: Mapping[str, int], name: str) -> Said:
    kept_out = file["quarantined_count"]
    if not file["recorded_count"] + file["unchanged_count"]:
        return (
            f"✘ Tệp {name}: đã đọc, nhưng không hàng nào dùng được",
            f"✘ The file {name} was read, and none of its rows can be used",
        )
    if kept_out:
        return f"✔ Đã ghi nhận tệp {name}, trừ {count(kept_out)} hàng", f"✔ The file {name} is recorded, except {kept_out:,} rows"
    return f"✔ Đã ghi nhận tệp {name}", f"✔ The file {name} is recorded"


def _same_as(name: str, first_name: str) -> list[Said]:
    if name == first_name:
        return []
    return [
        (
            f"Nội dung giống hệt tệp {first_name} đã nhận trước đó: không có gì được tính thêm.",
            f"Its content is the same as that of {first_name}, which came before: nothing is counted again.",
        )
    ]


def _counts(file: Mapping[str, int]) -> list[Said]:
    kinds = (
        ("recorded_count", "mới hoặc có thay đổi, đã ghi nhận", "new or changed, recorded"),
        ("unchanged_count", "không đổi so với lần trước", "unchanged"),
        ("duplicate_count", "trùng trong tệp", "repeated within the file"),
        ("quarantined_count", "bị cách ly, chưa tính vào số liệu", "kept out of the figures"),
    )
    read = file["row_count"]
    said = [(f"Đọc được {count(read)} hàng:", f"{read:,} rows were read:")]
    said += [(f"{count(file[name]):>11} {vi}", f"{file[name]:>11,} {en}") for name, vi, en in kinds]
    if gone := file["gone_count"]:
        said.append(
            (
                f"{count(gone)} hàng đã biết từ trước không còn trong tệp này.",
                f"{gone:,} rows that were known before are not in this file any more.",
            )
        )
    return said


def _clocks(account: Account) -> list[Said]:
    file = account.file
    exported_at, landed_at = _moment(file["exported_at"]), _moment(file["landed_at"].astimezone())
    by = _SAID_BY.get(file["exported_at_from"], (file["exported_at_from"],) * 2)
    said = [
        (f"Kết xuất lúc: {exported_at} ({by[0]})", f"Exported: {exported_at} ({by[1]})"),
        (
            f"Nhận lần đầu lúc: {landed_at}. Chép lại cùng tệp này, dù đổi tên, không bị tính hai lần.",
            f"First received: {landed_at}. The same file again, under whatever name, is not counted twice.",
        ),
    ]
    if file["later_count"]:
        said.append(
            (
                "Tệp đến muộn: trước đó nguồn này đã gửi tệp kết xuất sau thời điểm ấy. Số liệu vẫn đặt đúng vào lúc kết xuất.",
                "It came late: the source had already sent a later export. It takes its place by the time of export all the same.",
            )
        )
    return said


def _moment(moment: datetime) -> str:
    return date(moment) if moment.time() == _LAST_SECOND else f"{moment:%H:%M} {date(moment)}"


def _coverage(file: Mapping, profile: Profile) -> Said:
    vi, en = _KINDS.get(profile.kind, _ENTRIES)
    if file["delivery"] == "delta":
        return (f"Gồm: chỉ những {vi} có thay đổi", f"Holds: only {en} that changed")
    first, last = file["covers_from"], file["covers_to"]
    vi, en = f"Gồm: mọi {vi}", f"Holds: all {en}"
    if first or last or file["covers_by"] != "received":
        by = _COVERED_BY.get(profile.entity.covered_by, _DATED)[file["covers_by"]]
        vi, en = f"{vi} {by[0]}", f"{en} {by[1]}"
    if first:
        vi, en = f"{vi} từ {date(first)}", f"{en} from {date(first)}"
    if last:
        vi, en = f"{vi} đến hết {date(last)}", f"{en} to {date(last)}"
    return vi, en


def _reasons(reasons: Iterable[Reason], headers: Mapping[str, str]) -> list[Said]:
    said = []
    for reason in reasons:
        rule = rule_of(reason.rule_code)
        header = headers.get(reason.column, "")
        vi, en = (f"cột «{header}»: ", f"column “{header}”: ") if header else ("", "")
        lines = ", ".join(str(line_or_place(line)) for line in reason.first_lines) + (
            " …" if reason.row_count > len(reason.first_lines) else ""
        )
        at_vi, at_en = (f" (dòng {lines})", f" (line {lines})") if reason.first_lines else ("", "")
        said.append((f"{count(reason.row_count):>11} {vi}{rule.vi}{at_vi}", f"{reason.row_count:>11,} {en}{rule.en}{at_en}"))
    return said


def _next_steps(account: Account, errors_file: str) -> list[Said]:
    said = []
    rules = {reason.rule_code for reason in account.kept_out}
    if rules:
        said.append(
            (f"- Mở tệp {errors_file} để xem từng hàng bị cách ly.", f"- Open {errors_file} to see each row that was kept out.")
        )
    if rules - UNKNOWN_NAME:
        said.append(
            (
                "- Sửa các hàng sai ngay trong hệ thống, kết xuất lại và chép tệp mới vào thư mục này.",
                "- Mend the rows in the system itself, export again and copy the new file into this folder.",
            )
        )
    if rules & UNKNOWN_NAME:
        said.append(
            (
                "- Từ hoặc tên viết đúng mà chưa biết: nhờ người quản trị khai báo; các hàng ấy tự được đọc lại, không gửi lại.",
                "- An unknown word or name that is right: ask the operator to list it; its rows are read again by themselves.",
            )
        )
    if account.warnings:
        said.append(
            (
                "- Kiểm tra trong hệ thống các hàng cần kiểm tra; hàng nào sai thì sửa, lần kết xuất sau sẽ mang số đúng.",
                "- Check the rows to look at in the system; mend what is wrong there, and the next export says it right.",
            )
        )
    if not said:
        said.append(("- Không phải làm gì thêm.", "- Nothing."))
    said.append(
        (
            "- Có thể xóa tệp này khỏi thư mục; những gì đã ghi nhận vẫn còn.",
            "- This file may be deleted from the folder; what was recorded stays.",
        )
    )
    return said
