"""The drop folder: what is copied in is recorded once under its source, and what became of it stands beside it.

The people in the files are invented.
"""

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from flows import drop
from flows.drop import answer_dropped
from flows.home import Home, prepare_home
from flows.ingest import ingest_file
from flows.lock import writing
from flows.nightly import nightly, record_landed_files
from flows.publish import current_release
from flows.pull import pull_new_files
from tests.intake.files import HEADER, as_csv, as_html, as_xlsx, row, write
from transforms.duck import connect
from transforms.errors import PullError, StorageError
from transforms.recording import FileOutcome

NAME = "hoso_thaydoi_20200116_1900.csv"
PERSON = {"Chủ hồ sơ": "Người Mẫu Bí Mật"}
GOOD = as_csv([HEADER, row(1, **PERSON), row(2), row(2)]).encode()
ODD = [
    ["Danh sách hồ sơ của Người Mẫu Bí Mật"],
    HEADER,
    row(1, **PERSON),
    row(2, **{"Trạng thái": "Đang xử lí"}),
    row(3, **{"Trạng thái": "Người Mẫu Bí Mật"}),
    row(4, **{"Trạng thái": "đang xử lí", "Ngày nhận": "0912345678"}),
    row(5, **{"Trạng thái": ""}),
]


@pytest.fixture(autouse=True, scope="module")
def no_rest():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drop, "REST_SECONDS", 0)
        yield


@pytest.fixture
def folder(home) -> Path:
    folder = home.data / "inbox" / "drop"
    folder.mkdir(parents=True)
    return folder


def run(home: Home) -> list[FileOutcome]:
    """What a night does with files, without the figures."""
    with writing(home, "test"):
        files = pull_new_files(home) + record_landed_files(home)
        assert answer_dropped(home) == []
    return files


def ledger(home: Home) -> list[tuple]:
    con = connect(home.warehouse, read_only=True)
    try:
        return con.execute(
            """select source, file_name, outcome, row_count, recorded_count, duplicate_count, quarantined_count
               from landed_file order by all"""
        ).fetchall()
    finally:
        con.close()


def result(folder: Path, name: str = NAME) -> str:
    return (folder / f"{name}.ket-qua.txt").read_text(encoding="utf-8-sig")


def sheets(file: Path) -> dict[str, list[list]]:
    with CalamineWorkbook.from_path(file) as book:
        return {title: book.get_sheet_by_name(title).to_python() for title in book.sheet_names}


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.mark.parametrize("written", [lambda rows: as_csv(rows).encode(), as_xlsx, lambda rows: as_html(rows).encode()])
def test_a_dropped_file_is_recorded_once_under_the_source_that_its_header_shows(home, folder, written):
    write(folder, written([HEADER, row(1), row(2), row(2)]), "hoso_thaydoi_20200116_1900.xls")
    [outcome] = run(home)
    assert (outcome.source, outcome.outcome, outcome.recorded_count) == ("tandan", "recorded", 2)
    assert ledger(home) == [("tandan", "hoso_thaydoi_20200116_1900.xls", "recorded", 3, 2, 1, 0)]
    said = result(folder, "hoso_thaydoi_20200116_1900.xls")
    for line in ("Đọc được 3 hàng:", "2 mới hoặc có thay đổi", "1 trùng trong tệp", "19:00 16/01/2020 (theo tên tệp)", "(tandan)"):
        assert line in said
    for line in ("3 rows were read:", "2 new or changed", "1 repeated within the file", "Nothing."):
        assert line in said


def test_notepad_shows_the_result(home, folder):
    write(folder, GOOD)
    run(home)
    content = (folder / f"{NAME}.ket-qua.txt").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") > 20


def test_a_second_run_changes_nothing(home, folder):
    write(folder, GOOD)
    write(folder, as_xlsx(ODD), "hoso_thaydoi_20200117_1900.xlsx")
    write(folder, b"Ho ten;Luong\n", "la.csv")
    run(home)
    before, recorded = stamps(folder), ledger(home)
    assert len(before) == 7
    assert [f.file_name for f in run(home)] == ["la.csv"]
    assert (stamps(folder), ledger(home)) == (before, recorded)


def test_the_same_file_under_another_name_counts_nothing_and_says_so(home, folder):
    write(folder, GOOD)
    run(home)
    before = ledger(home)
    write(folder, GOOD, "hoso (1).csv")
    [again] = run(home)
    assert (again.source, again.file_name, again.outcome) == ("tandan", "hoso (1).csv", "repeated")
    assert ledger(home) == before
    assert f"giống hệt tệp {NAME} đã nhận trước đó" in result(folder, "hoso (1).csv")
    assert "giống hệt" not in result(folder)


def test_what_came_by_another_way_is_not_taken_twice(home, folder, tmp_path):
    ingest_file(home, write(tmp_path, GOOD), "tandan", None)
    before = ledger(home)
    write(folder, GOOD)
    assert run(home) == []
    assert ledger(home) == before
    assert "Đã ghi nhận tệp" in result(folder)


def test_a_file_that_the_office_takes_away_leaves_its_figures(home, folder):
    write(folder, GOOD)
    run(home)
    before = ledger(home)
    (folder / NAME).unlink()
    assert run(home) == []
    assert ledger(home) == before


def test_rows_that_are_kept_out_are_named_by_line_and_never_by_what_they_hold(home, folder):
    write(folder, as_xlsx(ODD), "hoso_thaydoi_20200116_1900.xlsx")
    run(home)
    said = result(folder, "hoso_thaydoi_20200116_1900.xlsx")
    assert "4 cột «Trạng thái»: Từ chưa có trong bảng từ của nguồn; không đoán. (dòng 4, 5, 6, 7)" in said
    assert "1 cột «Ngày nhận»: Ngày không đọc được theo các dạng ngày của nguồn. (dòng 6)" in said
    assert "Mở tệp hoso_thaydoi_20200116_1900.xlsx.loi.xlsx" in said
    report = folder / "hoso_thaydoi_20200116_1900.xlsx.loi.xlsx"
    summary, listed, unknown = sheets(report).values()
    assert ["Trang tính / sheet", "HS"] in [line[:2] for line in summary]
    assert [line[1:4] for line in summary if line[0] == "cách ly / kept out"] == [
        ["WORD_UNKNOWN", "Trạng thái", 4],
        ["DATE_UNREADABLE", "Ngày nhận", 1],
    ]
    assert [line[:3] for line in listed[1:]] == [
        [4, "Trạng thái", "WORD_UNKNOWN"],
        [5, "Trạng thái", "WORD_UNKNOWN"],
        [6, "Ngày nhận", "DATE_UNREADABLE"],
        [6, "Trạng thái", "WORD_UNKNOWN"],
        [7, "Trạng thái", "WORD_UNKNOWN"],
    ]
    assert listed[1][5].startswith("Có phải: Đang xử lý,")
    assert "31/12/2020 17:30" in listed[3][5]
    # One unknown word however it is capitalised, one that is like nothing, one that is not there.
    assert [line[:3] for line in unknown[1:]] == [["Trạng thái", 2, 4], ["Trạng thái", 1, 5], ["Trạng thái", 1, 7]]
    assert "Đang xử lý" in unknown[1][3]
    assert unknown[3][3] == "(ô trống / empty cell)"
    with zipfile.ZipFile(report) as parts:
        written = said + "".join(parts.read(part).decode() for part in parts.namelist())
    for secret in ("Bí Mật", "xử lí", "0912345678"):
        assert secret not in written


def test_a_word_that_is_listed_later_mends_result_and_report(home, folder):
    odd = [HEADER, row(1), row(2, **{"Trạng thái": "Đang chuyển"})]
    write(folder, as_csv(odd).encode())
    run(home)
    assert "trừ 1 hàng" in result(folder)
    assert (folder / f"{NAME}.loi.xlsx").exists()
    profile = home.sources / "tandan.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("PROCESSING: [", "PROCESSING: [Đang chuyển, "), encoding="utf-8")
    run(home)
    assert "2 mới hoặc có thay đổi" in result(folder)
    assert "trừ" not in result(folder)
    assert not (folder / f"{NAME}.loi.xlsx").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("la.csv", "Họ tên;Lương\nNgười Mẫu Bí Mật;1\n".encode(), "không tìm thấy hàng tên cột"),
        ("rong.csv", b"", "tệp rỗng"),
        ("hong.xlsx", as_xlsx(ODD)[:500], "tệp bị hỏng hoặc bị cắt giữa chừng"),
        ("thư mục", None, "là một thư mục"),
        (NAME, GOOD.replace("Mã hồ sơ".encode(), "Mã số hồ sơ".encode()), "thiếu cột Mã hồ sơ"),
    ],
)
def test_what_no_source_takes_hears_why_and_the_others_go_on(home, folder, name, content, said):
    if content is None:
        (folder / name).mkdir()
    else:
        write(folder, content, name)
    write(folder, as_csv([HEADER, row(9)]).encode(), "hoso_thaydoi_20200118_1900.csv")
    refusal, recorded = run(home)
    assert (refusal.source, refusal.file_name, refusal.outcome) == ("drop", name, "refused")
    assert said in refusal.message_vi
    assert recorded.outcome == "recorded"
    assert [file for _, file, *_ in ledger(home)] == ["hoso_thaydoi_20200118_1900.csv"]
    told = result(folder, name)
    assert refusal.message_vi in told and refusal.message_en in told
    assert "Bí Mật" not in told


def test_a_file_is_taken_once_its_source_is_declared(home, folder):
    write(folder, GOOD.replace("Mã hồ sơ".encode(), "Mã số hồ sơ".encode()))
    run(home)
    profile = home.sources / "tandan.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("[Mã hồ sơ,", "[Mã hồ sơ, Mã số hồ sơ,"), encoding="utf-8")
    [outcome] = run(home)
    assert outcome.outcome == "recorded"
    assert "Đã ghi nhận tệp" in result(folder)


def test_a_refused_file_is_taken_once_something_says_when_it_was_exported(home, folder):
    write(folder, GOOD, "hồ sơ.csv")
    [refusal] = run(home)
    assert (refusal.source, refusal.outcome) == ("tandan", "refused")
    assert "không biết kết xuất lúc nào" in result(folder, "hồ sơ.csv")
    sidecar = folder / "hồ sơ.csv.meta.json"
    sidecar.write_text('{"exported_at": "2020-01-16T19:00"', encoding="utf-8")
    [refusal] = run(home)
    assert "Cần JSON" in refusal.message_vi
    sidecar.write_text('{"exported_at": "2020-01-16T19:00"}', encoding="utf-8-sig")
    [outcome] = run(home)
    assert outcome.outcome == "recorded"
    assert "19:00 16/01/2020 (theo tệp .meta.json kèm theo)" in result(folder, "hồ sơ.csv")


def test_a_file_refused_by_one_source_may_be_taken_by_another(home, folder):
    tandan = home.sources / "tandan.yml"
    text = tandan.read_text(encoding="utf-8")
    tandan.write_text(text + "code_pattern: 'X-[0-9]+'\n", encoding="utf-8")
    write(folder, as_csv([[*HEADER, "Mã vùng"], [*row(1), "01"]]).encode())
    [refusal] = run(home)
    assert (refusal.source, refusal.outcome) == ("tandan", "refused")
    (home.sources / "other.yml").write_text(
        text.replace("ignored: [STT", "ignored: [Mã vùng, STT").replace("inbox/tandan", "inbox/other"), encoding="utf-8"
    )
    outcome = run(home)[-1]
    assert (outcome.source, outcome.outcome) == ("other", "recorded")
    assert "(other)" in result(folder)


def test_a_file_that_is_still_growing_waits_for_the_next_run(home, folder, monkeypatch):
    half = len(GOOD) // 2
    write(folder, GOOD[:half])

    def grow(_seconds: float) -> None:
        with (folder / NAME).open("ab") as file:
            file.write(GOOD[half:])

    with monkeypatch.context() as patched:
        patched.setattr(drop.time, "sleep", grow)
        assert run(home) == []
    assert ledger(home) == []
    assert "Lần chạy sau sẽ đọc" in result(folder)
    run(home)
    assert ledger(home) == [("tandan", NAME, "recorded", 3, 2, 1, 0)]
    assert "Đã ghi nhận tệp" in result(folder)


def test_a_file_that_changes_while_it_is_copied_is_not_half_taken(home, folder, monkeypatch):
    write(folder, GOOD)
    with monkeypatch.context() as patched:

        def copy_while_written(*given):
            arrived = copy_in(*given)
            (folder / NAME).write_bytes(GOOD + GOOD)
            return arrived

        copy_in = drop.copy_in
        patched.setattr(drop, "copy_in", copy_while_written)
        assert run(home) == []
    assert ledger(home) == []
    assert [path for path in home.raw.rglob("*") if path.is_file()] == []


def test_a_file_that_goes_away_under_the_run_is_no_problem(home, folder, monkeypatch):
    write(folder, GOOD)
    monkeypatch.setattr(drop.time, "sleep", lambda _seconds: (folder / NAME).unlink(missing_ok=True))
    assert run(home) == []
    assert ledger(home) == []


class Killed(BaseException):
    """What ends a run at once."""


REPORTED = "hoso_thaydoi_20200116_1900.xlsx"


def fill(folder: Path) -> Path:
    write(folder, as_xlsx(ODD), REPORTED)
    write(folder, as_csv([HEADER, row(9)]).encode(), "hoso_thaydoi_20200117_1900.csv")
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Home:
    """A home whose run nobody killed."""
    home = Home(tmp_path_factory.mktemp("undisturbed"))
    prepare_home(home)
    (home.data / "inbox" / "drop").mkdir(parents=True)
    fill(home.data / "inbox" / "drop")
    run(home)
    return home


@pytest.mark.parametrize("at", ["enter", "find_faults", "error_workbook", "_put"])
def test_killed_anywhere_the_next_run_ends_as_if_nothing_had_happened(home, folder, undisturbed, monkeypatch, at):
    def killed(*_args: object) -> None:
        raise Killed

    fill(folder)
    with monkeypatch.context() as patched:
        patched.setattr(drop, at, killed)
        with pytest.raises(Killed):
            run(home)
    run(home)
    expected = undisturbed.data / "inbox" / "drop"
    assert ledger(home) == ledger(undisturbed)
    assert stamps(folder).keys() == stamps(expected).keys()
    assert sheets(folder / f"{REPORTED}.loi.xlsx") == sheets(expected / f"{REPORTED}.loi.xlsx")
    assert [path for path in home.raw.rglob("*") if path.is_file() and ".arriving" in path.parts] == []


def test_results_and_reports_are_never_taken_for_exports(home, folder):
    profile = home.sources / "tandan.yml"
    profile.write_text(
        profile.read_text(encoding="utf-8").replace("{folder: data/inbox/tandan}", '{folder: data/inbox/tandan, pattern: "*"}'),
        encoding="utf-8",
    )
    write(folder, as_xlsx(ODD), "hoso_thaydoi_20200116_1900.xlsx")
    run(home)
    before = ledger(home)
    moved = home.data / "inbox" / "tandan"
    moved.mkdir()
    for beside in folder.iterdir():
        if beside.name.endswith((".txt", ".loi.xlsx")):
            beside.rename(moved / beside.name)
    for litter in ("Thumbs.db", "desktop.ini", "~$hoso.xlsx", ".hidden", "hoso.csv.crdownload"):
        write(folder, GOOD, litter)
    assert run(home) == []
    assert ledger(home) == before


def test_a_file_that_comes_after_a_later_export_is_said_to_be_late(home, folder):
    write(folder, GOOD)
    write(folder, as_csv([HEADER, row(5)]).encode(), "hoso_thaydoi_20200123_1900.csv")
    run(home)
    con = connect(home.warehouse)
    con.execute("update landed_file set landed_at = landed_at - interval 7 day")
    con.close()
    write(folder, as_csv([HEADER, row(6)]).encode(), "hoso_thaydoi_20200109_1900.csv")
    run(home)
    late = "Tệp đến muộn"
    assert late in result(folder, "hoso_thaydoi_20200109_1900.csv")
    assert late not in result(folder)
    assert late not in result(folder, "hoso_thaydoi_20200123_1900.csv")


def test_files_of_one_run_are_not_late_among_themselves(home, folder):
    write(folder, GOOD)
    write(folder, as_csv([HEADER, row(6)]).encode(), "hoso_thaydoi_20200109_1900.csv")
    run(home)
    assert "Tệp đến muộn" not in result(folder) + result(folder, "hoso_thaydoi_20200109_1900.csv")


def test_what_a_file_rule_warns_of_is_said_in_its_sentence(home, folder):
    write(folder, as_csv([HEADER, row(1), row(2, **{"Ngày hẹn trả": "43840"})]).encode())
    run(home)
    said = result(folder)
    assert "cột «Ngày hẹn trả» có 1 ô là số ngày của Excel" in said
    assert "in the column “Ngày hẹn trả” 1 cells hold Excel's number of a day" in said


def test_a_row_that_contradicts_an_earlier_file_is_found_in_this_one(home, folder):
    write(folder, as_csv([HEADER, row(1), row(2)]).encode())
    other = {"Tên thủ tục hành chính": "Đăng ký khác"}
    write(folder, as_csv([HEADER, row(1), row(3), row(2, **other)]).encode(), "hoso_thaydoi_20200123_1900.csv")
    run(home)
    _, listed = sheets(folder / "hoso_thaydoi_20200123_1900.csv.loi.xlsx").values()
    # A line of the file: the cell of the person holds a line end, so each row takes two.
    assert [line[:3] for line in listed[1:]] == [[6, "Mã hồ sơ", "CODE_TWO_PROCEDURES"]]


def test_a_folder_elsewhere_is_used_and_not_made_where_a_share_is_missing(home, tmp_path):
    share = tmp_path / "share"
    settings = home.config / "settings.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("drop: data/inbox/drop", f"drop: {share}"), encoding="utf-8")
    with pytest.raises(PullError, match=r"drop folder .*share cannot be read"):
        run(home)
    assert not share.exists()
    share.mkdir()
    write(share, GOOD)
    run(home)
    assert "Đã ghi nhận tệp" in result(share)


def test_a_result_that_cannot_be_written_stops_no_figures_and_is_said(home, folder):
    write(folder, GOOD)
    write(folder, as_csv([HEADER, row(9)]).encode(), "hoso_thaydoi_20200117_1900.csv")
    blocked = folder / f"{NAME}.ket-qua.txt"
    blocked.mkdir()
    with pytest.raises(StorageError, match=f"complete, but results could not be written.*{NAME}") as error:
        nightly(home)
    assert current_release(home) is not None
    assert "Hãy đóng tệp ấy nếu đang mở" in error.value.vi
    assert "Đã ghi nhận tệp" in result(folder, "hoso_thaydoi_20200117_1900.csv")
    blocked.rmdir()
    assert not nightly(home).is_new
    assert "Đã ghi nhận tệp" in result(folder)
