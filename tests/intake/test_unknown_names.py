"""What is shown of names that no table knows: the name and the nearest known one, never what may be a person's."""

import pytest

from flows.ingest import try_file
from tests.intake.files import HEADER, as_csv, row, write
from transforms.intake.unknown_names import Unknown, unknown_names
from transforms.profiles import load_profile
from transforms.reference import Names

UNITS = "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to\nX1,UBND xã Mẫu,commune,commune,,,\n"
NAMES = Names(True, True, {}, {}, {}, {}, unit_names=("UBND xã Mẫu Sơn", "Phòng Tư pháp"), procedure_names=("Đăng ký khai sinh",))


def test_each_spelling_comes_with_its_rows_and_the_nearest_known_name(home, tmp_path):
    (home.reference / "units.csv").write_text(UNITS, encoding="utf-8")
    names = ["UBND xã Mẩu", "UBND xã Mẩu", "Trần Thị Mẫu", "UBND xã Mẫu"]
    table = [row(n, **{"Đơn vị tiếp nhận": name}) for n, name in enumerate(names, 1)]
    table[3][HEADER.index("Hình thức nộp hồ sơ")] = "Trực tiêp"
    found = try_file(home, write(tmp_path, as_csv([HEADER, *table, ["Tổng cộng", "4"]]).encode()), "tandan")
    assert found["unknown_names"] == [
        {"column": "receiving_unit", "written": "UBND xã Mẩu", "row_count": 2, "nearest": ["UBND xã Mẫu"]},
        {"column": "receiving_unit", "written": None, "row_count": 1, "nearest": []},
        {"column": "channel", "written": "Trực tiêp", "row_count": 1, "nearest": ["Trực tiếp", "Trực tuyến"]},
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("UBND xã Mẫu Sơn.", "UBND xã Mẫu Sơn."),
        ("Phòng Nội vụ", "Phòng Nội vụ"),
        ("Phòng Nội vụ - Lê Văn Mẫu", "Phòng Nội vụ …"),
        ("Phòng Nội vụ (Lê Văn Mẫu)", "Phòng Nội vụ …"),
        ("Lê Văn Mẫu", None),
        ("0912345678", None),
    ],
)
def test_a_unit_is_shown_and_a_person_is_not(home, written, shown):
    profile = load_profile(home.sources / "tandan.yml")
    assert unknown_names([Unknown("receiving_unit", written, 1)], profile, NAMES)[0].written == shown
