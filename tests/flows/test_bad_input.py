"""Bad input through the real command: a sentence in both languages, the promised exit code, and no person's name."""

import json
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
        ("bad: [\n", "line 25: "),
        ("colour: red\n", "line 24: colour"),
        ("covers: {from: 2019-13-01}\n", "line 24: month must be"),
        ("covers: {month_in_file_name: '(?P<month>'}\n", "line 24: (?P<month>"),
    ],
)
def test_a_broken_profile_is_named_with_its_line(home, broken, said_of_it):
    profile = home.sources / "wabo.yml"
    profile.write_text(profile.read_text(encoding="utf-8") + broken, encoding="utf-8")
    code, said = motcua(home, "run")
    assert code == 2
    assert "wabo.yml, dòng" in said
    assert said_of_it in said


def test_a_key_that_stands_twice_in_a_profile_is_named(home):
    profile = home.sources / "wabo.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("words:", "dates: []\nwords:"), encoding="utf-8")
    code, said = motcua(home, "run")
    assert code == 2
    assert "dates stands twice" in said


def test_a_document_without_its_day_or_recipient_is_kept_out_by_name(home, tmp_path):
    register = tmp_path / "SoVanBanDi_202001_xuat20200203.csv"
    register.write_text("Số ký hiệu,Ngày văn bản,Cơ quan ban hành\n1/CV,,Phòng Mẫu\n2/CV,03/01/2020,Phòng Mẫu\n", encoding="utf-8")
    profile = home.sources / "vanban_di.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("optional: [", "optional: [secrecy, exclusion_ground, "), encoding="utf-8")
    code, said = motcua(home, "sources", "check", str(register), "--source", "vanban_di", "--json")
    assert code == 0
    assert json.loads(said)["quarantined_by_rule"]["KEY_DATE_MISSING:issued_at"]["rows"] == 1
    log = tmp_path / "NhatKyLienThong_202001_xuat20200203.csv"
    log.write_text(
        "Số ký hiệu;Ngày ban hành;Cơ quan gửi;Cơ quan nhận;Mã trạng thái;Thời điểm\n"
        "2/CV;2020/01/03;Phòng Mẫu;;01;2020/01/03 09:00:00\n",
        encoding="utf-8",
    )
    assert motcua(home, "ingest", str(log), "--source", "vanban_log")[0] == 0
    assert motcua(home, "ingest", str(register), "--source", "vanban_di")[0] == 0


def test_a_full_disk_while_landing_is_said_and_nothing_is_half_there(home):
    """The system refuses to let the copy grow, as it does on a full disk."""
    inbox = home.data / "inbox" / "tandan"
    inbox.mkdir(parents=True)
    (inbox / "hoso_thaydoi_20200106_1900.csv").write_text("x" * 100_000, encoding="utf-8")
    (home.raw / ".arriving").mkdir(parents=True)
    full = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(home.root)], capture_output=True, text=True, timeout=60, check=False
    )
    said = full.stdout + full.stderr
    assert full.returncode == 1, said
    assert "Traceback" not in said
    assert "Hãy giải phóng chỗ trống trên đĩa" in said
    assert not list(home.raw.rglob("*.csv"))


# A process whose files may not grow beyond 10 kB gets the same error from the system as on a full disk.
FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from flows.home import Home
from pathlib import Path
from transforms.keeping import keeping
from transforms.landing import Said, land
from transforms.errors import MotcuaError
from transforms.profiles import load_profile
from transforms.warehouse import open_warehouse
home = Home(Path(sys.argv[1]))
con = open_warehouse(home.warehouse)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
file = home.data / "inbox" / "tandan" / "hoso_thaydoi_20200106_1900.csv"
try:
    with file.open("rb") as stream:
        land(con, home.raw, stream, file.name, "", load_profile(home.sources / "tandan.yml"), Said(), keeping("keep", home.scratch))
except MotcuaError as error:
    sys.stderr.write(f"{error.vi} {error.en}")
    sys.exit(error.exit_code)
"""


def test_a_verdict_is_not_taken_for_a_status(home):
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8").replace("PROCESSING: [", "PROCESSING: [Quá hạn, ")
    profile.write_text(text, encoding="utf-8")
    code, said = motcua(home, "sources", "list")
    assert code == 2
    assert "'Quá hạn' is a verdict" in said


def test_a_personal_column_is_not_read(home):
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8").replace("field_name: [Lĩnh vực]", "field_name: [chu ho so]")
    profile.write_text(text, encoding="utf-8")
    code, said = motcua(home, "sources", "list")
    assert code == 2
    assert "'chu ho so' is read as field_name and stands under personal" in said


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
    code, said = motcua(home, "sources", "check", str(file), "--source", "tandan", "--json")
    assert code == 0
    kept_out = json.loads(said)["quarantined_by_rule"]
    assert {rule: found["rows"] for rule, found in kept_out.items()} == {
        "CODE_TWO_PROCEDURES:dossier_code": 2,
        "WORD_UNKNOWN:status": 1,
    }


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
