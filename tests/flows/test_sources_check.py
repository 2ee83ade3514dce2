"""A dry run says what a real one would record, writes nothing, and shows no person. The people are invented."""

import csv
import hashlib
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from demo.generate import write_demo
from flows.home import Home, prepare_home
from flows.ingest import ingest_file, try_file
from flows.lock import writing
from tests.flows.test_bad_input import motcua
from tests.intake.files import HEADER, as_csv, row, write
from transforms.duck import connect
from transforms.errors import FileRefusedError

COUNTS = ("recorded_count", "unchanged_count", "duplicate_count", "quarantined_count")


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> list[Path]:
    """The district's full lists of a small demo, in order of export."""
    root = tmp_path_factory.mktemp("small")
    write_demo(root, dossiers=400)
    return sorted((root / "data" / "inbox" / "igate").glob("DanhSachHoSo_????????_1830.csv"))


def bytes_below(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("lock")
    }


def foretold_and_recorded(home: Home, path: Path, source: str = "igate") -> tuple[dict, dict, int]:
    """What a dry run foretells, what recording then gives, and how many known rows are then gone."""
    before = bytes_below(home.data)
    foretold = try_file(home, path)["would_record"]
    assert bytes_below(home.data) == before
    outcome = ingest_file(home, path, source, None)
    con = connect(home.warehouse, read_only=True)
    gone = con.execute("select gone_count from landed_file where file_id = $1", [outcome.file_id]).fetchall()[0][0]
    con.close()
    return foretold, {count: getattr(outcome, count) for count in COUNTS}, gone


@pytest.mark.parametrize(
    ("order", "later"),
    [((0,), 0), ((0, 1, 2), 0), ((1, 2, 0), 2), ((0, 3, 1), 1)],
    ids=["first", "next", "before all", "between"],
)
def test_what_is_foretold_comes_true(home, exports, order, later):
    """The oracle is the recording itself, also where the file comes late."""
    for place in order[:-1]:
        ingest_file(home, exports[place], "igate", None)
    foretold, recorded, gone = foretold_and_recorded(home, exports[order[-1]])
    assert {count: foretold[count] for count in COUNTS} == recorded
    assert (foretold["outcome"], foretold["gone_count"], foretold["later_file_count"]) == ("recorded", gone, later)
    assert sum(recorded.values()) > 20


def changed(path: Path, folder: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> Path:
    rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"))))
    return write(folder, as_csv(change(rows), delimiter=",").encode(), "DanhSachHoSo_20210301_1830.csv")


def test_rows_that_left_changed_and_contradict_the_history_are_foretold(home, exports, tmp_path):
    def change(rows):
        header, *body = rows
        status, procedure = header.index("Trạng thái hồ sơ"), header.index("Tên thủ tục hành chính")
        body[5][status], body[6][procedure] = "Tạm dừng", "Thủ tục mẫu khác"
        return [header, *body[3:]]

    ingest_file(home, exports[-1], "igate", None)
    foretold, recorded, gone = foretold_and_recorded(home, changed(exports[-1], tmp_path, change))
    assert {count: foretold[count] for count in COUNTS} == recorded
    assert foretold["gone_count"] == gone == 3
    assert (recorded["recorded_count"], recorded["quarantined_count"]) >= (1, 1)


def test_a_file_that_is_recorded_already_is_nothing_new_until_its_words_are_known(home, tmp_path):
    path = write(tmp_path, as_csv([HEADER, row(1), row(2, **{"Trạng thái": "Đã trả xong"})]).encode())
    ingest_file(home, path, "tandan", None)
    assert try_file(home, path)["would_record"] == {"outcome": "repeated"}
    profile = home.sources / "tandan.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("PROCESSING: [", "PROCESSING: [Đã trả xong, "), encoding="utf-8")
    foretold, recorded, gone = foretold_and_recorded(home, path, "tandan")
    assert {count: foretold[count] for count in COUNTS} == recorded
    assert (foretold["gone_count"], recorded["quarantined_count"]) == (gone, 0) == (0, 0)


def test_while_a_run_holds_the_lock_the_file_is_still_tried(home, exports):
    ingest_file(home, exports[0], "igate", None)
    with writing(home, "motcua run"):
        found = try_file(home, exports[1])
    assert found["good_count"] > 10
    assert found["would_record"]["outcome"] == "unknown"
    assert "`motcua run`" in found["would_record"]["en"]


def test_a_warehouse_of_another_shape_is_said(home, exports):
    ingest_file(home, exports[0], "igate", None)
    con = connect(home.warehouse)
    con.execute("alter table dossier_run add column later_version varchar")
    con.close()
    assert "another version" in try_file(home, exports[1])["would_record"]["en"]


SECRETS = ("Bí Mật", "0987000111", "079099000222")
ROWS = [
    HEADER,
    row(1, **{"Chủ hồ sơ": "Trần Thị Bí Mật"}),
    row(2, **{"Trạng thái": "Lê Văn Bí Mật"}),
    row(3, **{"Mã hồ sơ": "079099000222"}),
    row(4, **{"Ngày hẹn trả": "0987000111"}),
    row(5, **{"Số lần bổ sung": "Bí Mật"}),
    row(6, **{"Mã hồ sơ": "12 đường Bí Mật"}),
]


@pytest.fixture
def tandan_file(tmp_path) -> Path:
    return write(tmp_path, as_csv(ROWS).encode())


def test_the_source_is_told_by_the_header_and_no_person_is_shown(home, tandan_file):
    code, said = motcua(home, "sources", "check", str(tandan_file))
    assert code == 0
    assert "→ tandan" in said
    assert "000.00.21.H99-200102-0001" in said
    assert "Needed" not in said
    assert "dd/MM/yyyy HH:mm" in said
    assert "Mới đăng ký | " in said
    assert not [secret for secret in SECRETS if secret in said]


def test_file_rules_and_unknown_names_are_shown(home, tmp_path):
    table = [
        HEADER,
        row(1, **{"Ngày hẹn trả": "43840"}),
        row(2, **{"Trạng thái": "Đang xử lí"}),
        row(3, **{"Trạng thái": "Viên Thị Bí Mật"}),
    ]
    code, said = motcua(home, "sources", "check", str(write(tmp_path, as_csv(table).encode())))
    assert (code, "FILE_RESAVED" in said, "hold Excel's number of a day" in said) == (0, True, True)
    assert "nearest: Đang xử lý" in said
    assert "Viên Thị" not in said


def test_all_of_it_in_json(home, tandan_file):
    code, said = motcua(home, "sources", "check", str(tandan_file), "--json")
    found = json.loads(said)
    assert (code, found["source"], found["row_count"], found["good_count"], found["quarantined_count"]) == (0, "tandan", 6, 2, 4)
    assert found["would_record"]["recorded_count"] == 2
    codes = {row["dossier_code"] for row in found["sample"]}
    assert codes == {"000.00.21.H99-200102-0001", "•••"}
    assert {row["procedure_name"] for row in found["sample"]} == {"•••"}
    assert found["quarantined_by_rule"]["DATE_UNREADABLE:due_at"]["expected"][0] == "dd/MM/yyyy HH:mm"
    assert found["quarantined_by_rule"]["WORD_UNKNOWN:status"]["lines"] == [3]
    # The cell of the person before holds a line end.
    assert found["quarantined_by_rule"]["CODE_IS_NONE:dossier_code"]["lines"] == [5]
    status = next(column for column in found["columns"] if column["column"] == "status")
    assert status == {"column": "status", "header": "Trạng thái", "example": "PROCESSING"}
    assert not [secret for secret in SECRETS if secret in said]


def test_a_file_without_its_time_can_be_tried_with_one(home, tmp_path):
    path = write(tmp_path, as_csv(ROWS[:2]).encode(), "hồ sơ.csv")
    with pytest.raises(FileRefusedError, match="when it was exported"):
        try_file(home, path)
    code, said = motcua(home, "sources", "check", str(path), "--exported-at", "2020-02-01")
    assert code == 0
    assert "1 hàng/rows = 1 tốt/good" in said


def test_from_an_unknown_file_to_recorded_rows_without_code(home, tmp_path):
    """Infer, mend, check, copy in, run: the way that the README tells."""
    renamed = {"Mã hồ sơ": "Mã số", "Ngày hẹn trả": "Mốc trả", "Đơn vị tiếp nhận": "Nơi nhận việc"}
    table = [[renamed.get(name, name) for name in HEADER], *(row(n) for n in range(1, 6))]
    path = write(tmp_path, as_csv(table).encode(), "xuat_20200116.xls")
    draft = home.sources / "xa_mau.yml"
    code, said = motcua(home, "sources", "infer", str(path), "--out", str(draft))
    assert (code, "--source xa_mau" in said) == (0, True)
    code, said = motcua(home, "sources", "check", str(path), "--source", "xa_mau")
    assert (code, "CHƯA RÕ due_at" in said) == (1, True)
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("CHƯA RÕ due_at", "Mốc trả").replace("CHƯA RÕ receiving_unit", "Nơi nhận việc"), encoding="utf-8")
    code, said = motcua(home, "sources", "check", str(path))
    assert (code, "→ xa_mau" in said, "5 ghi nhận/recorded" in said) == (0, True, True)
    inbox = home.data / "inbox" / "xa_mau"
    inbox.mkdir(parents=True)
    (inbox / path.name).write_bytes(path.read_bytes())
    code, said = motcua(home, "run")
    assert (code, "1 ghi nhận/recorded" in said) == (0, True), said


def test_infer_prints_the_draft_or_says_what_is_wrong(home, tmp_path, tandan_file):
    code, said = motcua(home, "sources", "infer", str(tandan_file))
    assert (code, "kind: dossier" in said) == (0, True)
    code, said = motcua(home, "sources", "infer", str(tmp_path / "none.csv"))
    assert (code, "There is no file" in said) == (2, True)


def test_a_new_home_can_be_asked_first(tmp_path, exports):
    home = Home(tmp_path / "new")
    prepare_home(home)
    found = try_file(home, exports[0])
    assert found["would_record"]["recorded_count"] == found["good_count"]
