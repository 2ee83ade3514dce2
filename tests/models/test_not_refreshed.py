"""An open dossier outside what newer exports cover is not refreshed: an interval on the rate, not late in silence."""

import json

import pytest

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release

HEADER = (
    "Số hồ sơ,Tên thủ tục hành chính,Tên lĩnh vực,Phòng ban,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Cơ quan/đơn vị,"
    "Trạng thái hồ sơ,Hình thức nộp hồ sơ"
)


def row(code: str, received: str, finished: str = "") -> str:
    status = "Đã trả kết quả" if finished else "Đang xử lý"
    due = f"20/{received[3:]}"
    return f"{code},Đăng ký mẫu,Hộ tịch,Phòng Mẫu,{received} 08:00:00,{due} 17:00:00,{finished},Một cửa,{status},Trực tiếp"


def put(home, day: str, covers: dict[str, str], *rows: str) -> None:
    inbox = home.data / "inbox" / "igate"
    inbox.mkdir(parents=True, exist_ok=True)
    file = inbox / f"DanhSachHoSo_{day}_1830.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    (inbox / f"{file.name}.meta.json").write_text(json.dumps(covers), encoding="utf-8")


@pytest.fixture
def ask(home):
    """January's open dossier is in the first export; the second speaks only of what was received from February on."""
    put(home, "20200131", {"covers_from": "2020-01-01"}, row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"))
    put(home, "20200229", {"covers_from": "2020-02-01"}, row("H-3", "03/02/2020", "25/02/2020 09:00:00"), row("H-4", "03/02/2020"))
    nightly(home)
    con = open_release(current_release(home))
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


def test_it_widens_the_rate_by_both_ways_it_may_have_ended(ask):
    found = ask("""select numerator, denominator, not_refreshed_count, rate_low, rate, rate_high from indicator_value
                   where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved'
                     and scope = 'own' and unit_code = 'Phòng Mẫu'
                     and calendar = 'calendar' and period_kind = 'ytd' and period_end = '2020-02-29'""")
    assert found == [(1, 2, 1, 1 / 3, 1 / 2, 2 / 3)]


def test_it_is_not_gone_and_the_one_that_is_covered_is_refreshed(ask):
    assert ask("select dossier_code, is_refreshed from dossier where finished_at is null order by 1") == [
        ("H-1", False),
        ("H-4", True),
    ]


def test_what_a_list_of_the_open_leaves_out_has_ended_nobody_knows_how(home):
    """In January all dossiers; in February those still open: H-1 is not among them, the finished H-2 never would be."""
    january = (row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"), row("H-3", "06/01/2020"))
    put(home, "20200131", {"covers_from": "2020-01-01"}, *january)
    put(home, "20200229", {"covers_by": "open", "covers_from": "2020-01-01"}, row("H-3", "06/01/2020"), row("H-4", "03/02/2020"))
    nightly(home)
    con = open_release(current_release(home))
    try:
        found = con.execute("select dossier_code, finished_at is null, is_refreshed from dossier order by 1").fetchall()
        files = con.execute("select covers_by, gone_count, left_open_count from export_file order by exported_at").fetchall()
        covered = con.execute("select covered_from from data_coverage where kind = 'dossier'").fetchall()
    finally:
        con.close()
    assert found == [("H-1", True, False), ("H-2", False, False), ("H-3", True, True), ("H-4", True, True)]
    assert files == [("received", 0, 0), ("open", 0, 1)]
    assert [str(day) for (day,) in covered] == ["2020-01-01"]


def test_a_list_of_the_finished_takes_back_what_it_should_hold_and_says_nothing_of_the_open(home):
    january = (row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"))
    put(home, "20200131", {"covers_from": "2020-01-01"}, *january)
    of_january = {"covers_by": "resolved", "covers_from": "2020-01-01", "covers_to": "2020-01-31"}
    put(home, "20200201", of_january, row("H-5", "06/01/2020", "20/01/2020 09:00:00"))
    nightly(home)
    con = open_release(current_release(home))
    try:
        assert con.execute("select dossier_code, is_refreshed from dossier order by 1").fetchall() == [
            ("H-1", False),
            ("H-5", True),
        ]
        assert con.execute("select gone_count from export_file order by exported_at").fetchall() == [(0,), (1,)]
    finally:
        con.close()
