"""Messages of the national sync, a JSON object a line. The people and codes in them are invented."""

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import ingest_file, try_file
from tests.intake.files import write, zipped
from transforms.entities import ENTITIES
from transforms.errors import FileRefusedError

NAME = "DongBoHoSoMC_20201031_2300.jsonl"
COLUMNS = list(ENTITIES["dossier"].content)


def message(number: int, **fields: object) -> dict:
    """A message; a field that is None is left out, as systems do."""
    told = {
        "MaHoSo": f"000.00.21.H99-201005-{number:04}",
        "MaTTHC": "1.001612.000.00.00.H99",
        "KenhThucHien": "2",
        "ChuHoSo": "Người Mẫu",
        "NgayTiepNhan": "20201005080000",
        "NgayHenTra": "20201012170000",
        "TrangThaiHoSo": "4",
        "NgayNopHoSo": "20201005080000",
        "DonViXuLy": "UBND xã Mẫu",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "000000001"}],
    }
    return {key: value for key, value in (told | fields).items() if value is not None}


def lines(*messages: dict, end: str = "\n") -> bytes:
    return "".join(json.dumps(m, ensure_ascii=False) + end for m in messages).encode()


@pytest.fixture
def read(read_canonical, tmp_path):
    def read(content: bytes) -> tuple:
        result, rows = read_canonical(write(tmp_path, content, NAME), "dvcqg")
        return result, [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    return read


def test_a_message_is_a_dossier(read):
    result, [row] = read(lines(message(1)))
    assert (result.read_as["format"], row["dossier_code"], row["channel"]) == ("json", "000.00.21.H99-201005-0001", "online")
    assert (row["received_at"], row["due_at"]) == (datetime(2020, 10, 5, 8), datetime(2020, 10, 12, 17))
    assert (row["status"], row["procedure_name"], row["finished_at"]) == ("PROCESSING", "1.001612.000.00.00.H99", None)
    # The day of submission is only a copy of the day of receipt.
    assert row["submitted_at"] is None


STATUSES = {
    1: "REGISTERED", 2: "RECEIVED", 3: "REJECTED", 4: "PROCESSING", 5: "SUPPLEMENT", 6: "FINANCIAL", 7: "WITHDRAWN", 8: "PAUSED",
    9: "DONE_WAIT_RETURN", 10: "RETURNED",
}  # fmt: skip


@pytest.mark.parametrize("as_number", [False, True])
def test_every_status_and_channel_of_the_message_is_known(read, as_number):
    spelled = int if as_number else str
    told = [message(n, TrangThaiHoSo=spelled(n), NgayKetThucXuLy="20201010100000") for n in STATUSES]
    _, rows = read(lines(*told))
    assert {int(row["dossier_code"][-4:]): row["status"] for row in rows} == STATUSES
    _, rows = read(lines(*(message(n, KenhThucHien=channel and spelled(channel)) for n, channel in enumerate([None, 1, 2, 3]))))
    assert [row["channel"] for row in sorted(rows, key=lambda r: r["dossier_code"])] == [None, "in_person", "online", "postal"]


def test_a_status_of_no_known_meaning_is_quarantined_by_its_line(read):
    result, rows = read(lines(message(1), message(2, TrangThaiHoSo=0), message(3)))
    assert ([found[:3] for found in result.quarantined], len(rows)) == ([(2, "WORD_UNKNOWN", "status")], 2)


def test_a_message_with_several_dossiers(read):
    packed = {"service": "DongBoHoSoMC", "isUpdating": "True", "data": [message(1), message(2, TrangThaiHoSo="?")]}
    result, rows = read(lines(packed, message(3)))
    assert (len(rows), [found[0] for found in result.quarantined]) == (2, [2])


def test_the_last_message_about_a_dossier_counts(read):
    result, [row] = read(lines(message(1), message(1, TrangThaiHoSo="9", NgayKetThucXuLy="20201010100000")))
    assert (result.duplicate_count, row["status"]) == (1, "DONE_WAIT_RETURN")


def asked(day: int, back: int | None, *, due: str | None, moved: str | None = None) -> dict:
    return {
        "NgayBoSung": f"202010{day:02}090000",
        "NgayTiepNhanBoSung": f"202010{back:02}090000" if back else None,
        "NgayHenTraTruoc": due,
        "NgayHenTraMoi": moved,
        "NguoiYeuCauBoSung": "Người Mẫu",
    }


def test_supplements_are_told_by_the_last_and_the_due_date_by_the_first(read):
    several = [asked(9, None, due="20201014170000"), asked(6, 7, due="20201012170000", moved="20201014170000")]
    _, rows = read(lines(message(1, DanhSachHoSoBoSung=several), message(2, DanhSachHoSoBoSung=[])))
    two, none = sorted(rows, key=lambda row: row["dossier_code"])
    assert (two["supplement_count"], none["supplement_count"]) == (2, 0)
    assert (two["original_due_at"], none["original_due_at"]) == (datetime(2020, 10, 12, 17),) * 2
    # The second request waits: what came back of the first says nothing about it.
    assert (two["supplement_requested_at"], two["supplement_completed_at"]) == (datetime(2020, 10, 9, 9), None)


def test_a_due_date_that_only_the_second_supplement_tells(read):
    several = [asked(6, 7, due=None), asked(9, 10, due="20201012170000", moved="20201014170000")]
    _, [row] = read(lines(message(1, NgayHenTra="20201014170000", DanhSachHoSoBoSung=several)))
    assert (row["original_due_at"], row["due_at"]) == (datetime(2020, 10, 12, 17), datetime(2020, 10, 14, 17))


@pytest.mark.parametrize("kept", ["20201012170000", "20201016170000"])
def test_the_time_of_a_supplement_is_never_added_to_a_due_date_that_it_has_moved(read, kept):
    """Whether the system writes the new due date into the dossier or leaves the old one there."""
    told = [asked(6, 8, due="20201012170000", moved="20201016170000")]
    _, [row] = read(lines(message(1, NgayHenTra=kept, DanhSachHoSoBoSung=told)))
    assert (row["due_at"], row["original_due_at"]) == (datetime(2020, 10, 16, 17), datetime(2020, 10, 12, 17))
    assert row["extended_due_at"] == datetime(2020, 10, 14, 17)


def test_messages_that_do_not_speak_of_supplements_tell_no_count(read):
    _, [row] = read(lines(message(1)))
    assert row["supplement_count"] is None


@given(st.lists(st.tuples(st.integers(1, 28), st.booleans(), st.booleans()), max_size=4, unique_by=lambda entry: entry[0]))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_list_of_supplements(read, entries):
    told = [asked(day, day if is_back else None, due=f"202011{day:02}" if has_due else None) for day, is_back, has_due in entries]
    _, [row] = read(lines(message(1, DanhSachHoSoBoSung=told)))
    ordered = sorted(entries)
    first_due = next((datetime(2020, 11, day) for day, _, has_due in ordered if has_due), datetime(2020, 10, 12, 17))
    last_day, is_back, _ = ordered[-1] if ordered else (None, False, False)
    assert (row["supplement_count"], row["original_due_at"]) == (len(entries), first_due)
    assert row["supplement_requested_at"] == (last_day and datetime(2020, 10, last_day, 9))
    assert row["supplement_completed_at"] == (datetime(2020, 10, last_day, 9) if is_back else None)


@pytest.mark.parametrize(
    "pack", [bytes, zipped, lambda content: content.decode().encode("utf-16"), lambda content: b"\xef\xbb\xbf\n" + content]
)
def test_messages_packed_or_in_another_encoding(read, pack):
    _, rows = read(pack(lines(message(1), message(2), end="\r\n")))
    assert len(rows) == 2


def test_a_letter_that_is_none_breaks_nothing(read):
    content = lines(message(1, TenLinhVuc="@")).replace(b"@", rb"\ud800")
    _, [row] = read(content)
    assert row["field_name"] == "\ufffd"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lines(message(1)) + lines(message(2))[:-20], "line 2 is no whole JSON object"),
        (lines(message(1)) + b"[]\n", "line 2 is no whole JSON object"),
        (b'{"a": ' * 100_000, "line 1 is no whole JSON object"),
        (json.dumps([message(1)]).encode(), "line 1 is no whole JSON object"),
        (json.dumps(message(1), indent=1).encode(), "line 1 is no whole JSON object"),
        (lines(message(1)).replace("Người".encode(), b"Ng\xff"), "not UTF-8"),
        (lines({"session": "x"}), "missing columns MaHoSo"),
        (b"{}\n", "none of its cells"),
    ],
)
def test_what_is_no_list_of_messages_is_refused(home, tmp_path, content, said):
    with pytest.raises(FileRefusedError, match=said):
        try_file(home, write(tmp_path, content, NAME), "dvcqg")


def test_a_file_of_messages_is_recorded(home, tmp_path):
    content = lines(message(1), message(2, TrangThaiHoSo="9", NgayKetThucXuLy="20201010100000"))
    outcome = ingest_file(home, write(tmp_path, content, NAME), "dvcqg", None)
    assert (outcome.outcome, outcome.recorded_count) == ("recorded", 2)


def test_another_format_than_messages_is_refused(home, tmp_path):
    with pytest.raises(FileRefusedError, match=r"its content is CSV, but config/sources/dvcqg.yml says JSON"):
        try_file(home, write(tmp_path, b"MaHoSo,MaTTHC\n1,2\n", NAME), "dvcqg")
