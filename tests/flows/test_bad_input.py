"""Bad input through the real command: a sentence in both languages, the promised exit code, and no person's name."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows.home import Home
from flows.lock import writing

MOTCUA = str(Path(sys.executable).with_name("motcua"))
HEADER = "startdate,responsible,department,concept:name,deadline,channel,enddate"
ROW = "2020-01-02T08:00:00.000+0700,Người Mẫu Bí Mật,Phòng Mẫu,case-{n},2020-01-09T08:00:00.000+0700,{channel},"


def motcua(home: Home, *words: str) -> tuple[int, str]:
    done = subprocess.run([MOTCUA, "--home", str(home.root), *words], capture_output=True, text=True, timeout=60, check=False)
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert "Bí Mật" not in said
    return done.returncode, said


@pytest.mark.parametrize(
    ("content", "vi", "en"),
    [
        ("", "tệp rỗng", "is empty"),
        (
            HEADER.replace("deadline", "dead line x") + "\n" + ROW.format(n=1, channel="Desk") + "\n",
            "thiếu cột deadline",
            "nearest",
        ),
        (HEADER + "\n" + ROW.format(n=1, channel="Desk") + "\n" + "2020-01-02T08:0", "bị cắt giữa chừng", "breaks off"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_each_time(home, tmp_path, content, vi, en):
    file = tmp_path / "cases.csv"
    file.write_text(content, encoding="utf-8")
    for _ in range(2):
        code, said = motcua(home, "ingest", str(file), "--source", "wabo", "--exported-at", "2020-02-01")
        assert code == 1
        assert vi in said
        assert en in said


def test_an_unknown_word_and_unreadable_dates_are_kept_out_and_counted(home, tmp_path):
    rows = [
        ROW.format(n=1, channel="Desk"),
        ROW.format(n=2, channel="Zalo"),
        ROW.format(n=3, channel="Desk").replace("2020-01-09T", "09.01."),
    ]
    file = tmp_path / "cases.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    code, said = motcua(home, "ingest", str(file), "--source", "wabo", "--exported-at", "2020-02-01")
    assert code == 0
    assert "3 hàng/rows = 1 ghi nhận/recorded" in said
    assert "2 cách ly/quarantined" in said


@pytest.mark.parametrize(
    ("broken", "said_of_it"),
    [
        ("bad: [\n", "line 24: "),
        ("colour: red\n", "line 23: colour"),
        ("covers: {from: 2019-13-01}\n", "line 23: month must be"),
        ("covers: {month_in_file_name: '(?P<month>'}\n", "line 23: (?P<month>"),
    ],
)
def test_a_broken_profile_is_named_with_its_line(home, broken, said_of_it):
    profile = home.sources / "wabo.yml"
    profile.write_text(profile.read_text(encoding="utf-8") + broken, encoding="utf-8")
    code, said = motcua(home, "run")
    assert code == 2
    assert "wabo.yml, dòng" in said
    assert said_of_it in said


def test_an_unknown_source_is_asked_back(home, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(HEADER, encoding="utf-8")
    code, said = motcua(home, "ingest", str(file), "--source", "wabbo")
    assert code == 2
    assert "Did you mean wabo" in said


def test_a_home_without_data_says_what_to_do(home):
    code, said = motcua(home, "run")
    assert code == 2
    assert "motcua demo" in said


def test_a_second_writer_is_turned_away(home):
    with writing(home, "motcua run"):
        code, said = motcua(home, "run")
    assert code == 75
    assert "PID" in said


def test_a_whole_column_of_dates_in_another_form_is_kept_out_and_counted(home, tmp_path):
    file = tmp_path / "cases.csv"
    rows = [ROW.format(n=n, channel="Desk").replace("2020-01-02T08:00:00.000+0700", "02/01/2020") for n in range(3)]
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    code, said = motcua(home, "ingest", str(file), "--source", "wabo")
    assert code == 0
    assert "3 hàng/rows = 0 ghi nhận/recorded" in said
    assert "3 cách ly/quarantined" in said


def test_one_code_with_two_procedures_is_kept_out_twice(home, tmp_path):
    header = (
        "Mã hồ sơ;Tên thủ tục;Đơn vị tiếp nhận;Hình thức nộp hồ sơ;Trạng thái;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Chủ hồ sơ"
    )
    line = "M-1;Đăng ký {};UBND xã Mẫu;Trực tiếp;{};02/01/2020;10/01/2020;;Người Mẫu Bí Mật"
    file = tmp_path / "hoso_thaydoi_20200106_1900.csv"
    lines = [
        header,
        line.format("mẫu", "Đang xử lý"),
        line.format("khác", "Đang xử lý"),
        line.replace("M-1", "M-2").format("mẫu", "Lạ"),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, said = motcua(home, "sources", "check", str(file), "--source", "tandan")
    assert code == 0
    assert '"CODE_TWO_PROCEDURES:dossier_code": {"rows": 2' in said
    assert '"WORD_UNKNOWN:status": {"rows": 1' in said


def test_a_day_asked_for_before_any_export_says_there_are_no_data_yet(home, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text("\n".join([HEADER, ROW.format(n=1, channel="Desk")]) + "\n", encoding="utf-8")
    assert motcua(home, "ingest", str(file), "--source", "wabo", "--exported-at", "2020-02-01")[0] == 0
    code, said = motcua(home, "run", "--as-of", "2019-01-01")
    assert code == 2
    assert "Lỗi:" in said
    assert "Error:" in said


def test_wrong_sql_is_said_in_both_languages(demo_home):
    code, said = motcua(demo_home, "query", "selec 1")
    assert code == 2
    assert "Câu lệnh SQL không chạy được" in said
    assert "The SQL cannot be run" in said
