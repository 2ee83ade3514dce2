"""On which line of an export a row stands: the file is read again for it, since no good load carries line numbers."""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from transforms.duck import connect
from transforms.intake.formats import read_kept
from transforms.intake.table import TextTable, as_text
from transforms.labels import nfc
from transforms.profiles import Profile


def lines_of_codes(
    path: Path, name: str, profile: Profile, codes: Collection[str], scratch: Path, stripped_of: str | None = None
) -> dict[str, int]:
    """The line of each of these codes in a file; of several rows with one code the last, which is the one that was taken.

    ``stripped_of`` is the format of a file of which only the mapped columns were kept. FileRefusedError when it cannot be read
    any more.
    """
    con = connect(temp=scratch)
    try:
        with tempfile.TemporaryDirectory(dir=scratch, prefix="reading-") as own:
            table = read_kept(con, path, name, profile, Path(own), stripped_of)
            return {code: line for line, code in coded_lines(table, profile) if code in codes}
    finally:
        con.close()


def coded_lines(table: TextTable, profile: Profile) -> Iterator[tuple[int, str]]:
    """Each line below the header with its code, empty where it has none."""
    at = table.places[profile.entity.code]
    for line, cells in table.rows():
        yield line, nfc(as_text(cells[at])) if at < len(cells) else ""
