"""What waiting for papers leaves in the marts: as the list dates it, as it counts its days, and as exports only showed it."""

from datetime import datetime

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from tests.models.test_not_refreshed import HEADER

MORE = ",Ngày hẹn trả mới,Số lần bổ sung,Số ngày bổ sung,Ngày yêu cầu bổ sung,Ngày hoàn thành bổ sung"
WAITS, WORKS, DONE = "Chờ bổ sung", "Đang xử lý", "Đã trả kết quả"


def export(home, day: str, *rows: str) -> None:
    inbox = home.data / "inbox" / "igate"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f"DanhSachHoSo_{day}_1830.csv").write_text("\n".join([HEADER + MORE, *rows]) + "\n", encoding="utf-8")


def row(code: str, status: str, more: str) -> str:
    finished = "20/02/2020 09:00:00" if status == DONE else ""
    days = f"03/02/2020 08:00:00,21/02/2020 17:00:00,{finished}"
    return f"{code},Đăng ký mẫu,Hộ tịch,Phòng Mẫu,{days},Một cửa,{status},Trực tiếp,{more}"


def test_paused_time_and_the_age_of_a_pause(home):
    export(
        home,
        "20200206",
        row("dated-1", WAITS, ",1,,05/02/2020 09:00:00,"),
        row("counted-1", WORKS, ",0,0,,"),
        row("observed-1", WAITS, ",1,,,"),
        row("waits-1", WAITS, ",1,,04/02/2020 09:00:00,"),
    )
    export(
        home,
        "20200211",
        row("dated-1", WORKS, ",1,,05/02/2020 09:00:00,10/02/2020 09:00:00"),
        row("counted-1", WORKS, ",0,0,,"),
        row("observed-1", WORKS, ",1,,,"),
        row("waits-1", WAITS, ",1,,04/02/2020 09:00:00,"),
    )
    export(
        home,
        "20200220",
        row("dated-1", DONE, ",1,,05/02/2020 09:00:00,10/02/2020 09:00:00"),
        row("counted-1", DONE, "24/02/2020 17:00:00,1,8,,"),
        row("observed-1", DONE, ",1,,,"),
        row("waits-1", WAITS, ",1,,04/02/2020 09:00:00,"),
    )
    nightly(home)
    con = open_release(current_release(home))
    dossiers = con.execute("""
        select dossier_code, original_due_at, due_at, suspended_working_days, observed_pause_working_days from dossier order by 1
    """).fetchall()
    waiting = con.execute("select status_from_at, is_status_observed from dossier where dossier_code = 'waits-1'").fetchall()
    backlog = con.execute("""select paused_count, max_paused_working_days from backlog
                             where unit_code = 'Phòng Mẫu' and scope = 'own'""").fetchall()
    con.close()
    due, moved = datetime(2020, 2, 21, 17), datetime(2020, 2, 24, 17)
    assert dossiers == [
        # Eight calendar days from receipt, Monday 3 February, hold six working days.
        ("counted-1", due, moved, 6, None),
        # From Wednesday to Monday are three working days; exports showed it otherwise on Tuesday.
        ("dated-1", due, due, 3, 4),
        ("observed-1", due, due, None, 3),
        ("waits-1", due, due, None, None),
    ]
    assert waiting == [(datetime(2020, 2, 4, 9), False)]
    assert backlog == [(1, 12)]  # from 4 to 20 February
