"""The error report of a landed file on demand: which file is meant, and what is written. The people are invented."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from flows.error_report import write_error_report
from flows.home import Home, prepare_home
from flows.ingest import ingest_file
from tests.intake.files import HEADER, as_csv, row, write
from transforms.errors import ConfigError

OLDER, NEWER = "hoso_thaydoi_20200109_1900.csv", "hoso_thaydoi_20200116_1900.csv"


@pytest.fixture(scope="module")
def landed(tmp_path_factory) -> Home:
    """A home with a good file, two with errors, one that was refused, and two of the same name.

    A row takes two lines where the cell of its person holds a line end.
    """
    folder = tmp_path_factory.mktemp("landed")
    home = Home(folder / "home")
    prepare_home(home)
    odd = {"Trạng thái": "Lạ", "Chủ hồ sơ": "Người Mẫu Bí Mật"}
    for name, rows in {
        OLDER: [row(1, **odd), row(2, **odd)],
        NEWER: [row(3), row(4, **odd)],
        "hoso_thaydoi_20200123_1900.csv": [row(3)],
        "không ngày.csv": [row(5)],
    }.items():
        ingest_file(home, write(folder, as_csv([HEADER, *rows]).encode(), name), "tandan", None)
    ingest_file(home, write(folder, as_csv([HEADER, row(6)]).encode(), OLDER), "tandan", None)
    return home


def test_a_source_alone_means_its_latest_export_with_errors(landed, tmp_path):
    report = write_error_report(landed, None, "tandan", tmp_path / "loi.xlsx")
    assert (report["file_name"], report["quarantined_count"]) == (NEWER, 1)
    assert report["quarantined_by_rule"] == [{"rule_code": "WORD_UNKNOWN", "column": "status", "row_count": 1, "first_lines": (4,)}]
    with CalamineWorkbook.from_path(report["output"]) as book:
        assert [line[:3] for line in book.get_sheet_by_index(1).to_python()[1:]] == [[4, "Trạng thái", "WORD_UNKNOWN"]]


def test_a_file_is_meant_by_its_name_or_the_start_of_its_id(landed, tmp_path):
    by_name = write_error_report(landed, NEWER, None, tmp_path / "loi.xlsx")
    by_id = write_error_report(landed, by_name["file_id"][:10], None, tmp_path / "loi.xlsx")
    assert by_id == by_name


def test_a_refused_file_has_a_report_with_the_reason(landed, tmp_path):
    report = write_error_report(landed, "không ngày.csv", None, tmp_path / "loi.xlsx")
    with CalamineWorkbook.from_path(report["output"]) as book:
        cells = [cell for line in book.get_sheet_by_index(0).to_python() for cell in line]
        assert len(book.sheet_names) == 1
    assert report["message_vi"] in cells


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        (None, None, "Name a file"),
        (None, "igate", "no file that was refused"),
        (None, "tandann", "Did you mean tandan"),
        ("hoso_thaydoi_20200116_1900.xls", None, f"Did you mean: {NEWER}"),
        (OLDER, None, "names several files"),
        (NEWER, "igate", "No file named"),
    ],
)
def test_what_means_no_file_or_several_is_asked_back(landed, tmp_path, file, source, said):
    with pytest.raises(ConfigError, match=said):
        write_error_report(landed, file, source, tmp_path / "loi.xlsx")


def test_the_command_writes_into_the_working_folder(landed, tmp_path):
    motcua = Path(sys.executable).with_name("motcua")
    command = [motcua, "--home", landed.root, "sources", "errors", "--source", "tandan"]
    done = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["output"] == f"{NEWER}.loi.xlsx"
    assert (tmp_path / f"{NEWER}.loi.xlsx").exists()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{NEWER} (tandan): 1 hàng bị cách ly · rows kept out → {NEWER}.loi.xlsx\n"
