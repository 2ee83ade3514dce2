"""How landed bytes are kept below ``data/raw``: as they came, encrypted, or without what is personal.

The ledger says of each file how it was kept, so that the setting may change from one night to the next.
"""

import csv
import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

import duckdb
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from transforms.codes import is_no_code
from transforms.coverage import range_in_sheets
from transforms.duck import needing_room
from transforms.errors import ConfigError, ExportGoneError, StorageError, refused
from transforms.findings import Judgement
from transforms.profiles import Profile

if TYPE_CHECKING:
    from transforms.intake.table import TextTable

How = Literal["keep", "encrypt", "strip"]

KEY_VARIABLE = "MOTCUA_RAW_KEY"
"""The environment variable with the keys of encrypted files, parted by commas or blanks; the first one encrypts."""
SUFFIXES = {"keep": "", "encrypt": ".fernet", "strip": ".stripped.csv"}
"""What a kept file's name ends in, after the ending that it came with."""

CHUNK = 1 << 22
"""So many bytes at the most are written at once, and held in memory."""
# A file is encrypted chunk by chunk, a token a line; the first token is of nothing, so that a key is cheap to try.
_LONGEST_TOKEN = 2 * CHUNK
_LINE_ENDS = str.maketrans("\r\n", "  ")


@dataclass(frozen=True)
class Keeping:
    """How bytes that land now are kept; ``scratch`` takes, until they are, what must not lie open below raw."""

    how: How
    scratch: Path
    encrypt: Callable[[bytes], bytes] | None = None


def keeping(how: How, scratch: Path) -> Keeping:
    """How bytes are kept from now on; ConfigError when a key is needed and there is none."""
    return Keeping(how, scratch, _keys().encrypt if how == "encrypt" else None)


class Writer(Protocol):
    """What takes the bytes of a file that lands."""

    def write(self, chunk: bytes) -> object:
        """Take the next bytes."""


class _Encrypted:
    """A file that takes bytes and holds their tokens."""

    def __init__(self, file: BinaryIO, encrypt: Callable[[bytes], bytes]):
        self._file, self._encrypt = file, encrypt
        self.write(b"")

    def write(self, chunk: bytes) -> None:
        self._file.write(self._encrypt(chunk) + b"\n")


def writer(file: BinaryIO, how: Keeping) -> Writer:
    """What writes received bytes into ``file`` as they are kept; what is stripped is so only once it is whole."""
    return _Encrypted(file, how.encrypt) if how.encrypt else file


@contextmanager
def opened(raw: Path, file: dict, scratch: Path) -> Iterator[Path]:
    """The kept file of a row of the ledger, ready to be read; what had to be decrypted is gone afterwards.

    ConfigError when no key opens it, ExportGoneError when it is gone, StorageError when it is not what was kept.
    """
    kept = raw / file["stored_as"]
    if not kept.is_file():
        raise ExportGoneError(
            f"Tệp gốc {file['file_name']} không còn ở {kept}: đã dọn bằng `motcua prune`, hoặc bị mất. "
            "Số liệu đã ghi nhận vẫn còn; muốn đọc lại tệp thì khôi phục từ bản sao lưu.",
            f"The export {file['file_name']} is no more at {kept}: `motcua prune` removed it, or it is lost. "
            "What was recorded of it stays; to read it again restore it from a backup.",
        )
    if file["kept"] != "encrypt":
        yield kept
        return
    with tempfile.TemporaryDirectory(dir=scratch, prefix="reading-") as own:
        plain = Path(own) / kept.name.removesuffix(SUFFIXES["encrypt"])
        digest = hashlib.sha256()
        with plain.open("wb") as target, needing_room(scratch):
            for chunk in _decrypted(kept):
                digest.update(chunk)
                target.write(chunk)
        # Each token vouches for itself only; the hash of all of them for their number and order.
        if digest.hexdigest() != file["file_id"]:
            raise _damaged(kept)
        yield plain


def can_be_opened(kept: Path) -> bool:
    """Whether one of the keys opens an encrypted file. ConfigError when there is no key."""
    keys = _keys()
    with kept.open("rb") as file:
        try:
            keys.decrypt(file.readline(_LONGEST_TOKEN).rstrip(b"\n"))
        except InvalidToken:
            return False
    return True


def strip(
    con: duckdb.DuckDBPyConnection,
    received: Path,
    name: str,
    profile: Profile,
    target: Path,
    scratch: Path,
    accepted: Collection[str] = (),
) -> str:
    """Write of a received file only the mapped cells of its rows of data to ``target``; the format that it had.

    A CSV in which every row stands on the line that it had, so that lines named later are lines of the file as it came;
    the lines of all that is left out are blank, but for the days that its titles speak of. FileRefusedError when it cannot be
    told which column is which, or when it breaks a file rule that is not ``accepted``: what is left out cannot be judged later.
    """
    from transforms.intake.formats import read_text  # slow, and the settings name `How` without reading any file
    from transforms.intake.resaved import judge_dates
    from transforms.intake.shifted import judge_columns
    from transforms.intake.stated_count import judge_count
    from transforms.intake.table import as_text, fits

    with tempfile.TemporaryDirectory(dir=scratch, prefix="stripping-") as own:
        table = read_text(con, received, name, profile, Path(own))
        judgement = Judgement(name, accepted)
        judge_columns(con, table, profile, judgement)
        judge_count(table, judgement)
        judge_dates(table, profile, judgement)
        _refuse_what_rows_alone_do_not_tell(con, table, name, profile)
        con.execute("drop table text_row")
        code_at = table.places[profile.entity.code]
        kept_at = [code_at, *(at for at in table.places.values() if at != code_at)]
        left_out = set(table.lines_of(set(table.not_data)).values())
        misshapen = {line for line, _ in table.misshapen}
        with target.open("w", encoding="utf-8", newline="") as file:
            writer, at = csv.writer(file, lineterminator="\n"), 1

            def put(line: int, cells: list[str]) -> None:
                nonlocal at
                file.write("\n" * (line - at))
                writer.writerow([cell.translate(_LINE_ENDS) for cell in cells])
                at = line + 1

            if days := range_in_sheets(table.titles):
                put(1, ["Từ ngày {:%d/%m/%Y} đến ngày {:%d/%m/%Y}".format(*days)])
            put(table.read_as["header_line"], [table.headers[place] for place in kept_at])
            for line, cells in table.rows():
                if line in misshapen:
                    # Nothing says which of its cells are persons'. One cell is no row either.
                    code = "".join(as_text(cell) for cell in cells[code_at : code_at + 1])
                    put(line, ["" if is_no_code(code, profile.code_pattern) else code])
                elif line not in left_out and fits(cells, len(table.headers)):
                    put(line, [as_text(cells[place]) for place in kept_at])
            file.flush()
            os.fsync(file.fileno())
    return table.read_as["format"]


def _refuse_what_rows_alone_do_not_tell(con: duckdb.DuckDBPyConnection, table: "TextTable", name: str, profile: Profile) -> None:
    """One table of rows cannot say on which sheet a row stood, below which group row, or from which year its serial dates count."""
    from transforms.intake.odd_values import has_serial_dates

    if len(table.parts) > 1 or profile.groups or (table.date_system != 1900 and has_serial_dates(con, table, profile)):
        raise refused(
            name,
            "bảng nằm trên nhiều trang, có hàng nhóm hoặc ngày ở dạng số, nên không bỏ riêng các cột cá nhân được. "
            "Hãy để mỗi bảng một tệp, hoặc dùng raw: encrypt",
            "its table goes over several sheets, has group rows or dates as numbers, so that its columns alone do not tell all. "
            "Put each table into a file of its own, or set raw: encrypt",
        )


def _decrypted(kept: Path) -> Iterator[bytes]:
    keys = _keys()
    with kept.open("rb") as file:
        is_first = True
        while token := file.readline(_LONGEST_TOKEN):
            try:
                yield keys.decrypt(token.rstrip(b"\n"))
            except InvalidToken as error:
                raise (_wrong_key(kept) if is_first else _damaged(kept)) from error
            is_first = False


def _keys() -> MultiFernet:
    given = os.environ.get(KEY_VARIABLE, "").replace(",", " ").split()
    make = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
    if not given:
        raise ConfigError(
            f"Thiếu khóa: `raw: encrypt` (hoặc tệp đã mã hóa từ trước) cần biến môi trường {KEY_VARIABLE}. Tạo khóa bằng: {make}; "
            "cất khóa ngoài máy này, mất khóa thì không đọc lại được tệp.",
            f"There is no key: `raw: encrypt` (or files encrypted before) needs the environment variable {KEY_VARIABLE}. "
            f"Make a key with: {make}; keep it outside this machine, without it the files cannot be read again.",
        )
    try:
        return MultiFernet([Fernet(key) for key in given])
    except ValueError:  # its text may say something of the key
        raise ConfigError(
            f"{KEY_VARIABLE} không phải là khóa Fernet (44 ký tự mỗi khóa, cách nhau bằng dấu phẩy). Tạo khóa bằng: {make}",
            f"{KEY_VARIABLE} is no Fernet key (44 characters each, parted by commas). Make one with: {make}",
        ) from None


def _wrong_key(kept: Path) -> ConfigError:
    return ConfigError(
        f"Không khóa nào trong {KEY_VARIABLE} mở được {kept}. Thêm khóa cũ vào sau khóa mới, cách nhau bằng dấu phẩy.",
        f"No key in {KEY_VARIABLE} opens {kept}. Add the former key after the new one, parted by a comma.",
    )


def _damaged(kept: Path) -> StorageError:
    return StorageError(
        f"{kept} không còn đúng như khi cất: tệp bị hỏng hoặc bị sửa. Hãy khôi phục từ bản sao lưu rồi chạy lại.",
        f"{kept} is not what was kept: it is damaged or was changed. Restore it from a backup and run again.",
    )
