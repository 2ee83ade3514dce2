"""Invented persons stand wherever persons stand in exports; not one byte of them may be found outside the files themselves."""

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from demo.district import FIELDS, PROCEDURES
from demo.reference import write_reference
from flows.cli import app
from flows.home import Home, prepare_home
from tests.intake.files import as_html, as_xlsx, write, zipped
from transforms.duck import quoting_no_cell
from transforms.errors import MotcuaError
from transforms.keeping import KEY_VARIABLE, strip
from transforms.profiles import load_profile

MOTCUA = str(Path(sys.executable).with_name("motcua"))
IGATE = """Số hồ sơ|Tên thủ tục hành chính|Tên lĩnh vực|Phòng ban|Ngày tiếp nhận|Ngày hẹn trả|Ngày kết thúc xử lý|Cơ quan/đơn vị
Chủ hồ sơ|Số điện thoại|Trạng thái hồ sơ|Số lần bổ sung|Hình thức nộp hồ sơ|Căn cước công dân|Thư điện tử|Nội dung"""
IGATE = IGATE.replace("\n", "|").split("|")
WRONG = [column for column in IGATE[1:13] if column not in ("Chủ hồ sơ", "Số điện thoại")]
DOSSIER = {
    "Tên thủ tục hành chính": PROCEDURES[0].name,
    "Tên lĩnh vực": FIELDS[PROCEDURES[0].field],
    "Phòng ban": "Phòng Tư pháp",
    "Ngày tiếp nhận": "02/01/2020 08:00:00",
    "Ngày hẹn trả": "10/01/2020 17:00:00",
    "Cơ quan/đơn vị": "Bộ phận Tiếp nhận và Trả kết quả huyện",
    "Trạng thái hồ sơ": "Đang xử lý",
    "Hình thức nộp hồ sơ": "Trực tiếp",
}
REGISTER = "Số ký hiệu|Ngày văn bản|Cơ quan ban hành|Tên loại và trích yếu|Người ký|Nơi nhận|Độ mật|Căn cứ không gửi qua mạng"
REGISTER = REGISTER.split("|")
DOCUMENT = {"Ngày văn bản": "03/01/2020", "Cơ quan ban hành": "Phòng Tư pháp", "Độ mật": "Thường"}
LOG = ["Số ký hiệu", "Ngày ban hành", "Cơ quan gửi", "Cơ quan nhận", "Mã trạng thái", "Trạng thái", "Thời điểm"]
EVENT = {"Ngày ban hành": "2020/01/03", "Cơ quan gửi": "Phòng Tư pháp", "Mã trạng thái": "01", "Thời điểm": "2020/01/03 09:00:00"}


class Planted:
    """Invented persons, each told from the others, so that one that is found says where it was planted."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}

    def _plant(self, kind: str, where: str) -> str:
        number = len(self.where)
        token = kind.format(number=number, letters="".join(chr(97 + number // 26**place % 26) for place in range(3)))
        self.where[plain(token)] = where
        return token

    def name(self, where: str) -> str:
        return f"Nguyễn Bịa {self._plant('Zựqýt{letters}', where)}"

    def phone(self, where: str) -> str:
        return self._plant("0977{number:06}", where)

    def identity(self, where: str) -> str:
        return self._plant("09977700{number:04}", where)

    def email(self, where: str) -> str:
        return f"bia.{self._plant('zuqem{number:04}', where)}@vi-du.invalid"

    def address(self, where: str) -> str:
        return f"số 1 ngõ {self._plant('Zựqđc{number:04}', where)}, thôn Bịa"

    def all(self, where: str) -> str:
        return "; ".join(make(where) for make in (self.name, self.phone, self.identity, self.email, self.address))


def filled(header: list[str], usual: dict[str, str], code: str, **cells: str) -> list[str]:
    return [str((usual | {header[0]: code} | cells).get(column, "")) for column in header]


def text_of(rows: list[list[str]], delimiter: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def dossiers(person: Planted, form: str) -> list[list[str]]:
    """A list with persons in its titles, its personal and unmapped columns, in wrong columns, below it."""

    def row(number: int, code: str = "", **cells: str) -> list[str]:
        usual = DOSSIER | {
            "Chủ hồ sơ": person.name(f"{form} personal"),
            "Số điện thoại": person.phone(f"{form} personal"),
            "Căn cước công dân": person.identity(f"{form} unmapped"),
            "Thư điện tử": person.email(f"{form} unmapped"),
            "Nội dung": person.all(f"{form} unmapped free text"),
        }
        return filled(IGATE, usual, code or f"000.00.12.H99-200102-{number:04}", **cells)

    wrong = [row(number, **{column: person.name(f"{form} {column}")}) for number, column in enumerate(WRONG, 20)]
    codes = (person.name, person.phone, person.identity, person.email)
    return [
        [f"Danh sách hồ sơ, người lập {person.all(f'{form} title')}"],
        IGATE,
        row(1),
        row(2),
        *wrong,
        *(row(40 + at, make(f"{form} code")) for at, make in enumerate(codes)),
        [person.name(f"{form} short row"), person.phone(f"{form} short row")],
        [*row(50), person.name(f"{form} long row")],
        row(51),
        ["Tổng cộng", "", person.phone(f"{form} total")],
        ["", "Mẫu Sơn, ngày 05 tháng 01 năm 2020", ""],
        ["NGƯỜI LẬP BIỂU", "", person.name(f"{form} signature")],
    ]


def square(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [[*cells, *[""] * (width - len(cells))] for cells in rows]


def write_exports(home: Home, person: Planted) -> list[tuple[Path, str]]:
    """Files in the folders of the sources, each with its source: those that are read, then those that are refused."""
    inbox = home.data / "inbox"
    for source in ("igate", "vanban_di", "vanban_log"):
        (inbox / source).mkdir(parents=True)
    shapes = {"csv": text_of, "xlsx": lambda rows: as_xlsx(square(rows[:18])), "html": lambda rows: as_html(rows).encode("utf-16")}
    files = [
        (write(inbox / "igate", shape(dossiers(person, form)), f"DanhSachHoSo_2020010{day}_0800.csv"), "igate")
        for day, (form, shape) in enumerate(shapes.items(), 6)
    ]
    register = [
        REGISTER,
        filled(
            REGISTER,
            DOCUMENT,
            "1/CV",
            **{c: person.all(f"register {c}") for c in ("Tên loại và trích yếu", "Người ký", "Nơi nhận")},
        ),
        filled(REGISTER, DOCUMENT, "2/CV", **{"Căn cứ không gửi qua mạng": person.all("register ground")}),
        filled(REGISTER, DOCUMENT, "3/CV", **{"Độ mật": person.name("register secrecy")}),
        filled(REGISTER, DOCUMENT, person.phone("register code")),
        filled(REGISTER, DOCUMENT, person.name("register code")),
    ]
    files.append((write(inbox / "vanban_di", text_of(register), "SoVanBanDi_202001_xuat20200203.csv"), "vanban_di"))
    log = [
        LOG,
        filled(LOG, EVENT, "1/CV", **{"Cơ quan nhận": person.all("log recipient"), "Trạng thái": person.name("log unmapped")}),
        filled(LOG, EVENT, "1/CV", **{"Cơ quan nhận": "Phòng Nội vụ", "Mã trạng thái": person.name("log event")}),
        filled(LOG, EVENT, "1/CV", **{"Cơ quan nhận": "Phòng Nội vụ", "Mã trạng thái": person.phone("log event")}),
        filled(LOG, EVENT, person.email("log code"), **{"Cơ quan nhận": "Phòng Nội vụ"}),
    ]
    files.append((write(inbox / "vanban_log", text_of(log, ";"), "NhatKyLienThong_202001_xuat20200203.csv"), "vanban_log"))
    table = dossiers(person, "refused")
    header, below = table[1], table[2:]
    refused = {
        "no header": text_of(below),
        "a person among the headers": text_of([[*header[1:], person.name("header")], *below]),
        "a name twice": text_of([[*header, header[0]], *below]),
        "a quote that is open": text_of(table).replace(b"Zu", b'"Zu', 1) + b'"' + person.all("open quote").encode(),
        "cut short": text_of([header, *below[:2]])[:-9],
        "two files": zipped(text_of(table), text_of(table)),
        "a page": f"<html><body><p>{person.all('page')}</p></body></html>".encode(),
        "shifted": text_of(
            [["STT", *header[:-1]], *([person.name("shifted"), *r[:-1]] for r in below[:2]), *[["1", *r] for r in below[:1] * 30]]
        ),
        "another encoding": text_of(table).decode().encode("utf-16")[2:],
        "no codes": text_of([header, *([person.name("no code"), *r[1:]] for r in below[:2])]),
    }
    for at, content in enumerate(refused.values()):
        files.append((write(inbox / "igate", content, f"DanhSachHoSo_2020020{at}_0800.csv"), "igate"))
    return files


MARKS = re.compile("[\u0300-\u036f]+")
ANYBODY = re.compile(r"zuq(?:yt[a-z]{3}|(?:em|dc)\d{4})|0977\d{6}|09977700\d{4}")
"""Whatever `Planted` makes, without case and accents."""


def plain(text: str) -> str:
    """A text without case and accents, in whichever way its letters were composed."""
    return MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().replace("đ", "d")


def readings(content: bytes) -> Iterator[str]:
    """Bytes as text in each encoding that anything here is written in."""
    yield content.decode("utf-8", errors="ignore")
    for start in (0, 1):
        yield content[start:].decode("utf-16-le", errors="ignore")


def cells_of(path: Path) -> Iterator[str]:
    """What a compressed file holds, as text."""
    if path.suffix == ".parquet":
        yield str(pq.ParquetFile(path).metadata)
        yield str(pq.read_table(path).to_pylist())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
                yield str(con.execute(f'from "{table}"').fetchall())
    elif path.suffix == ".sqlite":
        history = sqlite3.connect(path)
        yield "\n".join(history.iterdump())
        history.close()


def found_in(text: str, person: Planted) -> set[str]:
    return {f"{token}: {person.where[token]}" for token in ANYBODY.findall(plain(text)) if token in person.where}


def leaks(folder: Path, person: Planted, *, but: tuple[Path, ...] = ()) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(left_out) for left_out in but):
            texts = [*readings(path.read_bytes()), *cells_of(path), path.name]
            found += [f"{path.relative_to(folder)}: {leak}" for text in texts for leak in found_in(text, person)]
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A home in which every command has met the persons: the home, the persons, all that was printed, the temporary folder."""
    home, temp = Home(tmp_path_factory.mktemp("planted")), tmp_path_factory.mktemp("temp")
    prepare_home(home)
    write_reference(home.reference)
    settings = home.config / "settings.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("raw: keep", "raw: encrypt"), encoding="utf-8")
    person = Planted()
    files = write_exports(home, person)
    surroundings = os.environ | {KEY_VARIABLE: Fernet.generate_key().decode(), "TMPDIR": str(temp)}

    def said_here(*words: str) -> tuple[int, str]:
        """A command in this process, which takes a tenth of the time."""
        done = CliRunner().invoke(app, ["--home", str(home.root), *words])
        assert isinstance(done.exception, MotcuaError | SystemExit | None)
        error = done.exception if isinstance(done.exception, MotcuaError) else None
        return done.exit_code, done.output + (f"{error.vi} {error.en}" if error else "")

    def motcua(*words: str) -> tuple[int, str]:
        command = [MOTCUA, "--home", str(home.root), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=surroundings)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    temps = pytest.MonkeyPatch()
    temps.setattr(tempfile, "tempdir", str(temp))
    said = {f"check {path.name}": said_here("sources", "check", str(path), "--source", source) for path, source in files}
    said["run"] = motcua("run")
    for path, source in (files[0], files[-1]):
        said[f"ingest {path.name}"] = motcua("ingest", str(path), "--source", source)
    said["status"] = motcua("status")
    said["status --json"] = said_here("status", "--json")
    for mart in ("dossier", "export_file", "quarantine_count", "unit", "check_result"):
        said[f"query {mart}"] = said_here("query", f"from {mart}", "--format", "json")
    # What no run should ever see: counts that do not add up stop the publication, and every failed check is told.
    con = duckdb.connect(str(home.warehouse))
    con.execute("update landed_file set recorded_count = recorded_count + 1 where outcome = 'recorded'")
    con.close()
    said["failed run"] = motcua("run", "--as-of", "2020-01-07")
    temps.undo()
    return home, person, said, temp


def test_the_persons_were_met_everywhere(planted):
    """Without this the others would prove nothing."""
    home, person, said, _ = planted
    assert said["run"][0] == 0
    assert list(home.raw.rglob("*.fernet"))
    assert said["failed run"][0] == 1
    assert "Nothing was published" in said["failed run"][1]
    inbox = "".join(text for path in (home.data / "inbox").rglob("*.csv") for text in readings(path.read_bytes()))
    unpacked = found_in(inbox, person)
    hidden = [token for token, where in person.where.items() if f"{token}: {where}" not in unpacked and "xlsx" not in where]
    assert [person.where[token] for token in hidden] == []
    con = duckdb.connect(str(home.warehouse), read_only=True)
    fields = dict(con.execute("select dossier_code[-2:], field_name from dossier_run").fetchall())
    documents = con.execute("select document_code, recipients, recipients_unknown_count from document_run").fetchall()
    sent = con.execute("select document_code, recipient_unit_code from transmission_run").fetchall()
    outcomes = dict(con.execute("select outcome, count(*) from landed_file group by outcome").fetchall())
    rules = {rule for (rule,) in con.execute("select distinct rule_code from quarantine").fetchall()}
    warned = {rule for (rule,) in con.execute("select distinct rule_code from row_warning").fetchall()}
    con.close()
    field = FIELDS[PROCEDURES[0].field]
    assert fields == {"01": field, "02": field, "21": None, "51": field}
    assert documents == [("1/CV", None, 6)]  # a comma parts the address
    assert sent == [("1/CV", None)]
    assert outcomes["recorded"] >= 5
    assert outcomes["refused"] >= 8
    assert rules >= {
        "WORD_UNKNOWN",
        "DATE_UNREADABLE",
        "UNIT_UNKNOWN",
        "PROCEDURE_UNKNOWN",
        "CODE_IS_NONE",
        "ROW_SHAPE",
        "NUMBER_UNREADABLE",
    }
    assert {"FIELD_UNKNOWN", "RECIPIENT_UNKNOWN"} <= warned


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_person_who_is_there_is_found(tmp_path, form):
    person = Planted()
    said = unicodedata.normalize(form, person.all("there"))
    (tmp_path / "utf-8.log").write_text(f"… {said}", encoding="utf-8")
    (tmp_path / "utf-16.log").write_bytes(b"x" + said.upper().encode("utf-16-le"))
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("create table t as select repeat('x', range::integer) as a, $1 as b from range(3000)", [said])
        con.execute(f"copy t to '{tmp_path / 'a.parquet'}' (compression zstd)")
    history = sqlite3.connect(tmp_path / "a.sqlite")
    history.execute("create table t (a text)")
    history.execute("insert into t values (?)", [said])
    history.commit()
    history.close()
    found = leaks(tmp_path, person)
    for path in tmp_path.iterdir():
        assert {f"{path.name}: {token}: there" for token in person.where} <= set(found), path


def test_no_file_but_their_own_holds_a_byte_of_them(planted):
    """Encrypted raw files too; the folder in which the office puts its exports is its own."""
    home, person, _, temp = planted
    assert len(list(home.read_rows.rglob("*.parquet"))) >= 5
    assert len(list(home.releases.rglob("*.parquet"))) > 15
    assert leaks(home.root, person, but=(home.data / "inbox",)) == []
    assert leaks(temp, person) == []


def test_no_command_prints_a_letter_of_them(planted):
    _, person, said, _ = planted
    assert [f"{command}: {leak}" for command, (_, text) in said.items() for leak in found_in(text, person)] == []


def test_an_error_that_nobody_foresaw_does_not_quote_a_cell():
    con = duckdb.connect()
    with pytest.raises(MotcuaError) as error, quoting_no_cell("tệp.csv"):
        con.execute("select 'Nguyễn Bịa Đặt'::integer")
    con.close()
    assert "Bịa" not in error.value.vi + error.value.en
    assert re.search(r"tệp\.csv \(ConversionException, \w+\.py:\d+\)", error.value.vi)
    assert error.value.__suppress_context__


@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
def test_of_a_stripped_file_only_the_columns_that_are_read_are_kept(tmp_path, form):
    """What stands in the wrong one of them stays below data/raw, where a corrected profile may need it."""
    home, person = Home(tmp_path / "home"), Planted()
    prepare_home(home)
    write_reference(home.reference)
    rows = dossiers(person, form)
    path = write(
        tmp_path, {"csv": text_of, "xlsx": lambda r: as_xlsx(square(r[:18])), "html": lambda r: as_html(r).encode()}[form](rows)
    )
    con = duckdb.connect()
    strip(con, path, path.name, load_profile(home.sources / "igate.yml"), tmp_path / "stripped.csv", tmp_path)
    con.close()
    found = {leak.partition(": ")[2] for leak in found_in((tmp_path / "stripped.csv").read_text(encoding="utf-8"), person)}
    assert found == {f"{form} {column}" for column in (*WRONG, "code")}
