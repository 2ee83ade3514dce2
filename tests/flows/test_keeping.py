"""However landed bytes are kept, the figures are the same; and what the setting promises lies below data/raw."""

import hashlib
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from flows.doctor import examine
from flows.home import Home
from flows.ingest import ingest_file
from flows.lock import writing
from flows.nightly import build_release, plan_release, record_landed_files
from flows.publish import publish
from flows.pull import pull_new_files
from tests.conftest import make_demo
from tests.intake.files import HEADER, as_csv, as_xlsx, row, write
from transforms.duck import connect, rows
from transforms.errors import ConfigError, StorageError
from transforms.keeping import KEY_VARIABLE, opened
from transforms.recording import FileOutcome

KEYS = [Fernet.generate_key().decode() for _ in range(2)]


def set_raw(home: Home, how: str) -> None:
    settings = home.config / "settings.yml"
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("raw:")]
    settings.write_text("\n".join([*lines, f"raw: {how}", ""]), encoding="utf-8")


def take_in(home: Home) -> list[FileOutcome]:
    """A night's first two steps: what became of each file."""
    with writing(home, "test"):
        return pull_new_files(home) + record_landed_files(home)


def released(home: Home) -> Path:
    """A release of what was taken in."""
    plan = plan_release(home, None)
    return publish(home, build_release(home, plan), plan.release_id, plan.manifest)


def ledger(home: Home, columns: str = "*") -> list[dict]:
    con = connect(home.warehouse, read_only=True)
    try:
        return rows(con, f"select {columns} from landed_file order by source, file_id")
    finally:
        con.close()


def raw_files(home: Home) -> list[Path]:
    return [path for path in home.raw.rglob("*") if path.is_file() and path.name != ".gitkeep"]


def demo_of_few_nights(root: Path) -> Home:
    """A demo of which each source sent every eighth of its files only, its last among them."""
    home = make_demo(root, 400)
    for folder in (home.data / "inbox").iterdir():
        files = sorted(folder.glob("*.csv"))
        for file in set(files) - set(files[::-8]):
            file.unlink()
    return home


@pytest.fixture(scope="module")
def kept_demo(tmp_path_factory) -> Home:
    home = demo_of_few_nights(tmp_path_factory.mktemp("kept"))
    take_in(home)
    return home


@pytest.fixture(scope="module")
def kept_release(kept_demo) -> Path:
    return released(kept_demo)


@pytest.mark.system
@pytest.mark.parametrize("how", ["encrypt", "strip"])
def test_the_marts_are_the_same_whatever_the_setting(kept_demo, kept_release, tmp_path, monkeypatch, how):
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    home = demo_of_few_nights(tmp_path / "home")
    set_raw(home, how)
    take_in(home)
    expected, found = kept_release, released(home)
    assert found.name == expected.name
    marts = sorted(path.relative_to(expected) for path in expected.rglob("*.parquet"))
    assert len(marts) > 20
    for mart in marts:
        assert (expected / mart).read_bytes() == (found / mart).read_bytes(), mart
    same = "file_id, exported_at, row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count, gone_count"
    assert ledger(home, same) == ledger(kept_demo, same)
    assert any(file["quarantined_count"] for file in ledger(home, same))
    lines = "select source, file_id, line, rule_code, column_name, key_hash, found_in from quarantine order by all"
    said = []
    for each in (kept_demo, home):
        con = connect(each.warehouse, read_only=True)
        said.append(con.execute(lines).fetchall())
        con.close()
    assert said[0] == said[1]
    for path in raw_files(home):
        content = path.read_bytes()
        assert "Người Mẫu".encode() not in content
        assert "Thôn Mẫu".encode() not in content
    assert any("Người Mẫu".encode() in path.read_bytes() for path in raw_files(kept_demo))
    for file in ledger(home, "file_id, stored_as, stored_hash, kept"):
        assert file["kept"] == how
        assert hashlib.sha256((home.raw / file["stored_as"]).read_bytes()).hexdigest() == file["stored_hash"] != file["file_id"]


NAME = "hoso_thaydoi_20200116_1900.csv"


def deliver(home: Home, content: bytes, name: str = NAME) -> Path:
    folder = home.data / "inbox" / "tandan"
    folder.mkdir(parents=True, exist_ok=True)
    return write(folder, content, name)


def as_exported(*numbers: int, **cells: object) -> bytes:
    return as_csv([HEADER, *(row(number, **cells) for number in numbers)]).encode()


def test_a_key_is_needed_before_anything_lands(home, monkeypatch):
    set_raw(home, "encrypt")
    deliver(home, as_exported(1))
    for value, said in (("", "There is no key"), ("mật-khẩu", "is no Fernet key")):
        monkeypatch.setenv(KEY_VARIABLE, value)
        with pytest.raises(ConfigError, match=said) as error:
            take_in(home)
        assert KEY_VARIABLE in error.value.vi
        assert raw_files(home) == []


def test_keys_are_changed_by_putting_the_new_one_first(home, monkeypatch):
    """What is in quarantine is read again, so that an old file needs its old key."""
    set_raw(home, "encrypt")
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    deliver(home, as_exported(1, 2, **{"Trạng thái": "Chưa có từ này"}))
    deliver(home, as_exported(3), "hoso_thaydoi_20200117_1900.csv")
    take_in(home)
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("PROCESSING: [", "PROCESSING: [Chưa có từ này, "), encoding="utf-8")
    monkeypatch.setenv(KEY_VARIABLE, KEYS[1])
    assert any("no key in" in en for is_well, _, en in examine(home) if not is_well)
    with pytest.raises(ConfigError, match="Add the former key after the new one"):
        take_in(home)
    monkeypatch.setenv(KEY_VARIABLE, f"{KEYS[1]},{KEYS[0]}")
    deliver(home, as_exported(4), "hoso_thaydoi_20200118_1900.csv")
    take_in(home)
    assert all(file["quarantined_count"] == 0 for file in ledger(home))
    assert not any("key" in en for is_well, _, en in examine(home) if not is_well)
    newest = max(raw_files(home), key=lambda path: path.stat().st_mtime_ns)
    Fernet(KEYS[1]).decrypt(newest.read_bytes().splitlines()[0])


@pytest.mark.parametrize("harm", ["cut", "swap", "change"])
def test_a_damaged_file_is_named_and_not_read(tmp_path, monkeypatch, harm):
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    encrypt = Fernet(KEYS[0]).encrypt
    parts = [b"", b"one", b"two"]
    tokens = [encrypt(part) for part in parts]
    kept = {
        "cut": tokens[:2],
        "swap": [tokens[0], tokens[2], tokens[1]],
        "change": [tokens[0], tokens[1][:-9] + b"x" * 9, tokens[2]],
    }[harm]
    (tmp_path / "file.fernet").write_bytes(b"\n".join(kept))
    file = {"stored_as": "file.fernet", "kept": "encrypt", "file_id": hashlib.sha256(b"".join(parts)).hexdigest()}
    with pytest.raises(StorageError, match="Restore it from a backup"), opened(tmp_path, file, tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file.fernet"]


def test_what_was_kept_before_stays_when_the_setting_changes(home, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    for day, how in enumerate(("keep", "encrypt", "strip"), 16):
        set_raw(home, how)
        deliver(home, as_exported(day, **{"Trạng thái": "Chưa có từ này"}), f"hoso_thaydoi_202001{day}_1900.csv")
        deliver(home, as_exported(day, 99), f"hoso_thaydoi_202001{day}_2000.csv")
        take_in(home)
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("PROCESSING: [", "PROCESSING: [Chưa có từ này, "), encoding="utf-8")
    take_in(home)
    files = ledger(home, "kept, outcome, quarantined_count")
    assert sorted(file["kept"] for file in files) == ["encrypt", "encrypt", "keep", "keep", "strip", "strip"]
    assert all(file["outcome"] == "recorded" and file["quarantined_count"] == 0 for file in files)
    again = ingest_file(home, deliver(home, as_exported(18, 99), "hoso_thaydoi_20200118_2000.csv"), "tandan", None)
    assert again.outcome == "repeated"


def test_nothing_is_kept_of_a_file_that_cannot_be_stripped_until_the_profile_knows_it(home):
    set_raw(home, "strip")
    file = deliver(home, as_exported(1).replace("Mã hồ sơ".encode(), "Ký hiệu riêng".encode()))
    deliver(home, as_exported(2), "hoso_thaydoi_20200117_1900.csv")
    first = take_in(home)
    assert [f.outcome for f in first] == ["refused", "recorded"]
    assert "The file was not kept" in first[0].message_en
    assert len(raw_files(home)) == 1
    assert take_in(home) == []
    assert ingest_file(home, file, "tandan", None).outcome == "refused"
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("[Mã hồ sơ, ", "[Mã hồ sơ, Ký hiệu riêng, "), encoding="utf-8")
    assert [f.outcome for f in take_in(home)] == ["recorded"]
    assert len(raw_files(home)) == 2


def test_a_file_that_could_not_be_stripped_is_kept_once_the_setting_says_so(home):
    set_raw(home, "strip")
    deliver(home, "không phải một bảng\n".encode())
    deliver(home, as_exported(2), "hoso_thaydoi_20200117_1900.csv")
    take_in(home)
    set_raw(home, "keep")
    assert [f.outcome for f in take_in(home)] == ["refused"]
    assert len(raw_files(home)) == 2


@pytest.mark.parametrize("how", ["encrypt", "strip"])
def test_nothing_lies_open_while_a_file_arrives(home, monkeypatch, how):
    """The process is killed when all has been copied, which is when the most lies about."""
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    set_raw(home, how)
    deliver(home, as_xlsx([HEADER, row(1)]) if how == "encrypt" else as_exported(1))
    monkeypatch.setattr("flows.pull.enter", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        take_in(home)
    assert all(
        "Người\nMẫu".encode() not in path.read_bytes() and not path.read_bytes().startswith(b"PK") for path in raw_files(home)
    )
    monkeypatch.undo()
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    assert [f.outcome for f in take_in(home)] == ["recorded"]
    assert list(home.scratch.glob("reading-*")) == list((home.scratch / ".arriving").glob("*")) == []
