"""A file inside a zip or gzip archive, unpacked into scratch within bounds."""

import errno
import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from transforms.errors import FileRefusedError, refused

UNPACKED_LIMIT = 4 << 30
"""No export is larger than this unpacked (bytes)."""
RATIO_LIMIT = 200
"""Real tables shrink ten to fifty times; what shrinks more than this is made to fill the disk."""
RATIO_FREE = 8 << 20
"""Below this size (bytes) a few repeated rows may shrink any number of times."""
_CHUNK = 1 << 20
_NOT_READABLE = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


def unzipped(path: Path, name: str, scratch: Path) -> Path:
    """The one file of a zip archive. FileRefusedError when there is another number of them, or it cannot be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
            if len(members) != 1:
                raise refused(
                    name,
                    f"tệp nén có {len(members)} tệp bên trong, cần đúng một. Hãy nén riêng từng tệp",
                    f"the archive holds {len(members)} files where exactly one is needed. Pack each file by itself",
                )
            if members[0].flag_bits & 1:
                raise refused(
                    name,
                    "tệp nén có mật khẩu. Hãy nén lại không đặt mật khẩu",
                    "the archive is protected by a password. Pack it without one",
                )
            with archive.open(members[0]) as packed:
                return _copied(packed, path, name, scratch)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise _broken(name) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # what the archive says lies before its own beginning
            raise
        raise _broken(name) from error


def gunzipped(path: Path, name: str, scratch: Path) -> Path:
    """The content of a gzip file. FileRefusedError when it cannot be unpacked."""
    try:
        with gzip.open(path) as packed:
            return _copied(packed, path, name, scratch)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _broken(name) from error


def refuse_bomb(unpacked: int, packed: int, name: str) -> None:
    """Refuse what unpacks to more than a table can be."""
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_FREE and unpacked > packed * RATIO_LIMIT):
        raise refused(
            name,
            f"bung nén ra quá lớn (trên {min(UNPACKED_LIMIT, packed * RATIO_LIMIT) >> 20} MB từ {packed >> 10} KB), không phải "
            "tệp kết xuất thật. Hãy kiểm tra nguồn gửi",
            f"it unpacks to too much (over {min(UNPACKED_LIMIT, packed * RATIO_LIMIT) >> 20} MB from {packed >> 10} KB), which "
            "no real export does. Ask whoever sent it",
        )


def _copied(packed: BinaryIO, path: Path, name: str, scratch: Path) -> Path:
    """Copy what comes out, counting: what an archive says of its sizes is not believed."""
    target = scratch / f"unpacked-{path.stem}"
    size, packed_size = 0, path.stat().st_size
    with target.open("wb") as copy:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            refuse_bomb(size, packed_size, name)
            copy.write(chunk)
    return target


def _is_litter(member: str) -> bool:
    """What operating systems put beside a file when they pack it."""
    parts = PurePosixPath(member).parts
    return bool(_NOT_READABLE & set(parts)) or parts[-1].startswith("._")


def _broken(name: str) -> FileRefusedError:
    return refused(
        name,
        "tệp nén bị hỏng hoặc bị cắt giữa chừng. Hãy kết xuất hoặc chép lại tệp",
        "the archive is broken or cut short. Export or copy it again",
    )
