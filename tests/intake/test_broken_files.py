"""Files of every format, broken at random: each is read with every row accounted for, or refused in a sentence; nothing else."""

import faulthandler
import io
import resource
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.files import FORMATS, HEADER, row, write
from transforms.errors import FileRefusedError

TABLE = [["Danh sách hồ sơ"], HEADER, *(row(number) for number in range(1, 6)), row(6, **{"Ngày nhận": "hôm qua"})]
WHOLE = {kind: as_file(TABLE) for kind, as_file in FORMATS.items()}
LONGEST = 60
"""Seconds after which a reading counts as one that never ends: it takes a tenth of one."""
MOST_MEMORY = 400 << 10
"""Kilobytes that all readings together may add to the memory of the process; each file has a few thousand bytes."""

# What files break by: bytes of other formats, of another encoding, of tags and records that never close.
FRAGMENTS = [b"\0", b'"', b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe1\xba", b";", b"PK\x03\x04"]
FRAGMENTS += [
    b"<table>",
    b"</",
    b"<![CDATA[",
    b"&#x0;",
    b"&lt",
    b'<!DOCTYPE x [<!ENTITY a "aaaa">]>',
    b'ss:Index="99999999"',
    b'rowspan="99999"',
    b'r="XFD1048576"',
]


@st.composite
def broken(draw, content: bytes) -> bytes:
    """A few cuts, repeats and bytes put in, each anywhere."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = min(at + draw(st.sampled_from([0, 1, 2, 16, 400])), len(content))
        put = draw(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8)))
        match draw(st.sampled_from(["cut", "cut short", "repeat", "put"])):
            case "cut":
                content = content[:at] + content[to:]
            case "cut short":
                content = content[:at]
            case "repeat":
                content = content[:to] + content[at:to] * draw(st.integers(1, 5)) + content[to:]
            case "put":
                content = content[:at] + put + content[to:]
    return content


@st.composite
def files(draw) -> bytes:
    """A broken file; of an archive also one whose parts are packed soundly and broken inside."""
    content = WHOLE[draw(st.sampled_from(sorted(WHOLE)))]
    if not zipfile.is_zipfile(io.BytesIO(content)) or draw(st.booleans()):
        return draw(broken(content))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        chosen = draw(st.sampled_from(archive.namelist()))
        for name in archive.namelist():
            other.writestr(name, draw(broken(archive.read(name))) if name == chosen else archive.read(name))
    return packed.getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=files())
def test_a_broken_file_is_read_or_refused(read_canonical, tmp_path, content):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    try:
        result, rows = read_canonical(write(tmp_path, content))
    except FileRefusedError as refused:
        assert refused.vi.startswith("Không nhận tệp ")
        assert " is refused: " in refused.en
    else:
        assert result.row_count == result.good_count + result.duplicate_count + result.quarantined_count
        assert result.good_count == len(rows)
        assert all(line > len(TABLE[:1]) for line, *_ in result.quarantined)
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
