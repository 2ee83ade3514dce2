"""The conversion table of communes, as the statistics office exports it, into the bridge of units that follow one another."""

import csv
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from flows.units import load_conversion
from tests.conftest import copied
from transforms.errors import ConfigError
from transforms.reference import load_reference

MOTCUA = str(Path(sys.executable).with_name("motcua"))
TITLE = "Đơn vị hành chính từ ngày 01/7/2025,,,Đơn vị hành chính trước ngày 01/7/2025,,,,,"
HEADERS = '"Tỉnh, thành phố",Tên Xã mới,Mã Xã mới,Tên Xã cũ,Mã Xã cũ,Ghi chú,Quận/huyện,Tỉnh cũ,'
PROVINCE = "TỈNH MẪU  ,,,,,,,,"
ROW = 'Tỉnh Mẫu (99),"Xã\nMới",{new},Xã Cũ,{old},{note},Huyện Mẫu (999),Tỉnh Mẫu (99),'


def table(tmp_path: Path, *rows: str, title: str = TITLE, headers: str = HEADERS) -> Path:
    file = tmp_path / "bang.csv"
    file.write_text("\n".join([title, headers, PROVINCE, *rows]) + "\n", encoding="utf-8")
    return file


def row(old: str, new: str, note: str = "Nhập toàn bộ") -> str:
    return ROW.format(old=old, new=new, note=note)


def bridge(home) -> list[dict[str, str]]:
    with (home.reference / "unit_succession.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_messy_cells_are_read_and_own_rows_and_columns_stay(home, tmp_path):
    own = "old_code,new_code,effective_date,basis,ghi_chu\nH1,H2,2020-07-01,Nghị quyết,của ta\n00002,00003,2025-07-01,,của ta\n"
    (home.reference / "unit_succession.csv").write_text(own, encoding="utf-8")
    decomposed = unicodedata.normalize("NFD", '"Nhập  một phần\ndiện tích, toàn bộ dân số "')
    file = table(tmp_path, row(" 00002 ", "00003"), row("00004", "00003", decomposed), row("00004", "00004", "Nhâp một phần"))
    found = load_conversion(home, file)
    assert (found["link_count"], found["old_code_count"], found["new_code_count"], found["split_count"]) == (3, 2, 2, 1)
    assert [tuple(r.values()) for r in bridge(home)] == [
        ("H1", "H2", "2020-07-01", "Nghị quyết", "của ta", ""),
        ("00002", "00003", "2025-07-01", "Bảng chuyển đổi đơn vị hành chính: Nhập toàn bộ", "của ta", "whole"),
        (
            *("00004", "00003", "2025-07-01"),
            *("Bảng chuyển đổi đơn vị hành chính: Nhập một phần diện tích, toàn bộ dân số", "", "part"),
        ),
        ("00004", "00004", "2025-07-01", "Bảng chuyển đổi đơn vị hành chính: Nhâp một phần", "", "part"),
    ]
    before = (home.reference / "unit_succession.csv").read_bytes()
    assert load_conversion(home, file)["changed_count"] == 0
    assert (home.reference / "unit_succession.csv").read_bytes() == before
    assert load_conversion(home, table(tmp_path, row("00002", "00003", "Giữ nguyên")))["changed_count"] == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rows": [row("00001", "00002"), row("00003", "00002", "Chưa rõ")]}, "line 6: the note “Chưa rõ” is not understood"),
        ({"rows": [row("00001", "2")]}, "line 4: the new code “2” is not five digits"),
        ({"rows": [row("1", "00002")]}, "line 4: the old code “1” is not five digits"),
        ({"rows": [row("", "00002")]}, "line 4: the old code “” is not five digits"),
        ({"rows": [row("00001", "00002"), row("00001", "00002")]}, "line 6: 00001 → 00002 stands twice"),
        ({"rows": ["Tỉnh Mẫu (99),Xã Mới,00002"]}, "line 4: it has 3 cells, the header 9"),
        ({"rows": []}, "there are no rows"),
        ({"rows": [row("00001", "00002")], "title": "Đơn vị hành chính,,,,,,,,"}, "line 1: the day from which it holds"),
        ({"rows": [row("00001", "00002")], "headers": HEADERS.replace("Ghi chú", "")}, "line 2: the columns Ghi chú are missing"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_written(home, tmp_path, given, said):
    file = table(tmp_path, *given.pop("rows"), **given)
    with pytest.raises(ConfigError) as error:
        load_conversion(home, file)
    assert said in error.value.en
    assert "Không có gì được ghi" in error.value.vi
    assert not (home.reference / "unit_succession.csv").exists()


def test_a_table_that_is_not_there_or_not_utf8_is_said(home, tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_conversion(home, tmp_path / "khong-co.csv")
    file = table(tmp_path, row("00001", "00002"))
    file.write_bytes(file.read_text(encoding="utf-8").encode("utf-16"))
    with pytest.raises(ConfigError, match="it is not UTF-8"):
        load_conversion(home, file)


def test_what_had_no_code_is_no_commune(home, tmp_path):
    island = "Tỉnh Mẫu (99),Đặc khu Mẫu,00009,,,Sắp xếp toàn bộ huyện Mẫu thành đặc khu Mẫu,Huyện Mẫu (999),Tỉnh Mẫu (99),"
    assert load_conversion(home, table(tmp_path, island))["without_old_code_count"] == 1
    assert load_reference(home.reference).successions[0]["old_code"] == ""


def test_a_table_against_the_unit_register_is_refused_whole(home, tmp_path):
    units = "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to\n00001,Xã,commune,commune,,,\n"
    (home.reference / "units.csv").write_text(units, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"set its valid_to in units\.csv"):
        load_conversion(home, table(tmp_path, row("00005", "00002"), row("00001", "00002")))
    assert not (home.reference / "unit_succession.csv").exists()


@pytest.mark.system
@pytest.mark.real_data
def test_the_real_table_of_2025(real_data, small_home, tmp_path):
    file = next((real_data / "vn_units").glob("BangChuyendoi*.csv"))
    home = copied(small_home, tmp_path / "home")
    command = [MOTCUA, "--home", str(home.root), "units", "load", str(file)]
    first, again = (subprocess.run(command, capture_output=True, text=True, timeout=60, check=True) for _ in range(2))
    assert "10.571 liên kết, 3.321 mã mới, 10.034 mã cũ, 442 mã cũ bị chia" in first.stdout
    assert "10,571 links, 3,321 new and 10,034 old codes, 442 split" in first.stdout
    assert "10,033 old codes, 441 split" in first.stdout
    assert "; 0 rows are new or changed" in again.stdout
    nightly(home)
    con = open_release(current_release(home))
    found = con.execute("""
        select count(*), count(distinct new_code), count(distinct coalesce(old_code, '')), count(*) filter (is_whole)
        from unit_succession where effective_date = '2025-07-01'""").fetchall()
    divided = con.execute("""
        select count(*) from (select coalesce(old_code, '') as old from unit_succession where effective_date = '2025-07-01'
                              group by old having count(distinct new_code) > 1)""").fetchall()
    con.close()
    assert (found, divided) == ([(10_571, 3_321, 10_034, 9_591)], [(442,)])
