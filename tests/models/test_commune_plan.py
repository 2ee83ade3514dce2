"""The plan of a commune in the order of two tiers: other units, bars and year, and no code."""

import csv
from datetime import date
from pathlib import Path

import pytest

from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.scorecard import read_scorecard
from tests.conftest import make_empty_home
from transforms.reference import PROCEDURE_COLUMNS, PROCEDURE_FLAGS, UNIT_COLUMNS

ROOT = "H99.30"
UNITS = (
    (ROOT, "UBND xã Mẫu Mới", "commune", ""),
    (f"{ROOT}.01", "Văn phòng HĐND và UBND xã", "department", ROOT),
    (f"{ROOT}.02", "Phòng Kinh tế", "department", ROOT),
    (f"{ROOT}.03", "Phòng Văn hóa - Xã hội", "department", ROOT),
    (f"{ROOT}.10", "Trung tâm Phục vụ hành chính công xã", "one_stop_counter", ROOT),
    (f"{ROOT}.21", "Trường Tiểu học Mẫu Mới", "public_service_unit", ROOT),
)
# Name, level of service, whether it is published, ground of its exception.
PROCEDURES = (
    ("Đăng ký khai sinh", "full", "true", ""),
    ("Đăng ký kết hôn", "full", "true", ""),
    ("Chứng thực chữ ký", "partial", "true", ""),
    ("Hòa giải tranh chấp", "", "false", "Căn cứ mẫu"),
)
HEADINGS = (
    "Mã hồ sơ,Tên thủ tục hành chính,Đơn vị tiếp nhận,Hình thức nộp hồ sơ,Trạng thái,Ngày nhận,Ngày hẹn trả,Ngày kết thúc xử lý"
)
DOSSIERS = [
    HEADINGS.split(","),
    *(
        [
            f"X-{n:03}",
            "Đăng ký khai sinh",
            UNITS[4][1],
            "Trực tuyến" if n <= 6 else "Trực tiếp",
            "Đã trả kết quả",
            f"{n:02}/04/2026 08:00",
            f"{n + 5:02}/04/2026 17:00",
            # The last one is late.
            f"{n + (6 if n == 10 else 2):02}/04/2026 09:00",
        ]
        for n in range(1, 11)
    ),
]
REGISTERS = {
    "unit_plan": [
        ["Cơ quan đơn vị", "Năm", "Số kế hoạch", "Ngày ban hành kế hoạch"],
        *([name, 2026, f"{n}/KH", "05/01/2026"] for n, (_, name, *_) in enumerate(UNITS[1:5], 1)),
    ],
    "assigned_task": [
        [
            "Cơ quan đơn vị",
            "Mã nhiệm vụ",
            "Hạn hoàn thành",
            "Ngày hoàn thành",
            "Số tài liệu kiểm chứng",
            "Ngày tài liệu kiểm chứng",
        ],
        ["Phòng Kinh tế", "NV-1", "31/03/2026", "30/03/2026", "7/BC", "30/03/2026"],
    ],
    "inspection": [
        ["Cơ quan đơn vị", "Ngày kiểm tra", "Số kết luận", "Ngày kết luận"],
        ["Phòng Kinh tế", "12/05/2026", "1/KL-UBND", "19/05/2026"],
    ],
    "outside_dossier": [
        ["Cơ quan đơn vị", "Từ ngày", "Đến ngày", "Số hồ sơ ngoài hệ thống", "Số báo cáo", "Ngày báo cáo"],
        [UNITS[4][1], "15/12/2025", "14/06/2026", 1, "3/BC", "16/06/2026"],
    ],
    "survey_answer": [
        ["Đợt khảo sát", "Số phiếu", "Cơ quan đơn vị", "Lĩnh vực", "Đối tượng", "Mẫu phiếu", "Trả lời", "Ngày trả lời"],
        *(["KS-1", n, UNITS[4][1], "Hành chính", "Người dân", "5 mức", "Hài lòng", "10/06/2026"] for n in range(1, 41)),
        ["KS-1", 99, UNITS[5][1], "Giáo dục", "Người dân", "3 mức", "Không hài lòng", "10/06/2026"],
    ],
}


def save(path: Path, rows: list[list], delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)


@pytest.fixture(scope="module")
def scorecard(tmp_path_factory):
    home = make_empty_home(tmp_path_factory.mktemp("commune"))
    settings = home.config / "settings.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("plan: 2020-district", "plan: 2026-commune"), encoding="utf-8")
    units = [[code, name, "commune", kind, parent, "2025-07-01", ""] for code, name, kind, parent in UNITS]
    save(home.reference / "units.csv", [list(UNIT_COLUMNS), *units])
    catalogue = [
        [
            f"1.00000{n}",
            name,
            "TP",
            "Tư pháp",
            "commune",
            level,
            3,
            "working_day",
            "2025-07-01",
            "",
            "true",
            "",
            published,
            "",
            ground,
        ]
        for n, (name, level, published, ground) in enumerate(PROCEDURES, 1)
    ]
    for row in catalogue:
        row[13] = "true" if row[14] else "false"
    save(home.reference / "procedures.csv", [[*PROCEDURE_COLUMNS, *PROCEDURE_FLAGS, "exception_ground"], *catalogue])
    inbox = home.root / "data" / "inbox"
    save(inbox / "tandan" / "hoso_thaydoi_20260701_1900.csv", DOSSIERS, ";")
    for name, rows in REGISTERS.items():
        save(inbox / name / f"{name}_20260630.csv", rows)
    nightly(home)
    release = current_release(home)
    con = open_release(release)
    found = con.execute(
        "select target_id, numerator, denominator, bar, state from target_status where unit_code = $1 and period_kind = 'year'",
        [ROOT],
    ).fetchall()
    con.close()
    return {row[0]: row[1:] for row in found}, read_scorecard(release, read_manifest(release)["plan"])


def test_each_target_is_judged_against_its_own_bar_for_the_communes_own_units(scorecard):
    judged, _ = scorecard
    assert judged == {
        # 4 of 5 units have a plan, and the school may yet report one; before the last of December it is not due.
        "2026-01": (4, 5, 100, "not_yet_due"),
        "2026-02": (9, 10, 98, "not_met"),
        # The bar of the first half of the year.
        "2026-03": (6, 10, 50, "met"),
        "2026-04": (10, 11, 100, "not_met"),
        "2026-05": (2, 4, 80, "not_yet_due"),
        "2026-06": (3, 3, 100, "met"),
        "2026-07": (None, None, 100, "missing_data"),
        "2026-08": (1, 3, 50, "not_yet_due"),
        "2026-09": (40, 40, 95, "met"),
    }


def test_the_scorecard_is_that_of_the_communes_plan(scorecard):
    _, shown = scorecard
    assert (shown["period_start"], shown["period_end"]) == (date(2025, 12, 15), date(2026, 12, 14))
    assert [target["target_id"] for target in shown["targets"]] == [f"2026-{n:02}" for n in range(1, 10)]
    assert {target["unit_name"] for target in shown["targets"]} == {"UBND xã Mẫu Mới"}
    beside = next(target for target in shown["targets"] if target["target_id"] == "2026-09")
    assert "hành chính ✔ 100% (40/40); (giáo dục, y tế ✘ 0% (0/1))" in [vi for vi, _ in beside["notes"]]
