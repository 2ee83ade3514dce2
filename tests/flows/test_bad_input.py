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


@pytest.mark.parametrize(("broken", "said_of_it"), [("bad: [\n", "line"), ("colour: red\n", "colour")])
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
