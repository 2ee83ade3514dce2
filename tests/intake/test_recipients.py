"""Recipients of documents as registers and logs write them: units, groups of units, somebody outside, nobody, and the unknown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.home import CHECKOUT
from flows.ingest import ingest_file
from transforms.errors import ConfigError
from transforms.intake.recipients import Recipients, recipients_in
from transforms.reference import Reference, load_reference

SHIPPED = load_reference(CHECKOUT / "config" / "reference")
UNIT_OF = {"Phòng Nội vụ": "NV", "Phòng Tài chính - Kế hoạch": "TC", "UBND xã Hòa Mộc": "HM", "Phòng Lao động, Xã hội": "LD"}
OWN = [
    {"source": "own", "wording": "Tổ công tác*", "members": "nobody"},
    {"source": "own", "wording": "Các phòng, ban", "members": "department vertical_agency"},
    {"source": "own", "wording": "Sở Nội vụ*", "members": "nobody"},
    {"source": "another", "wording": "Đoàn kiểm tra", "members": "outside"},
]
NAMES = Reference(
    units=[{"unit_name": name, "unit_code": code} for name, code in UNIT_OF.items()],
    aliases=[{"source": "own", "alias": "P. Nội vụ", "unit_code": "NV"}],
    recipients=[*SHIPPED.recipients, *OWN],
).names()


@pytest.mark.parametrize(
    ("cell", "members", "outside", "unknown"),
    [
        ("Phòng Nội vụ; UBND xã Hoà Mộc", "HM|NV", 0, 0),
        ("phòng  nội vụ\nUBND XÃ HÒA MỘC.", "HM|NV", 0, 0),
        ("Phòng Nội vụ, UBND xã Hòa Mộc", "HM|NV", 0, 0),
        ("Phòng Tài chính - Kế hoạch, Phòng Lao động, Xã hội", "LD|TC", 0, 0),
        ("Các phòng, ban; UBND các xã, thị trấn; Lưu: VT", "@commune|@department", 0, 0),
        ("- Các phòng, ban, UBND các xã, thị trấn (để thực hiện); - Lưu: VT, NV.", "@commune|@department", 0, 0),
        ("Các cơ quan, đơn vị", "@department|@public_service_unit", 0, 0),
        ("Như trên; Lưu VT", None, 0, 0),
        ("", None, 0, 0),
        ("Sở Nội vụ tỉnh Mẫu; UBND tỉnh (b/c)", None, 2, 0),
        ("Sở Nội vụ, Phòng Nội vụ", "NV", 1, 0),
        ("Ông Mẫu Văn Bịa, Phòng Nội vụ", "NV", 1, 0),
        ("Phòng Nội vụ; Tổ công tác mẫu; Đoàn kiểm tra", "NV", 0, 2),
        ("P. Nội vụ", None, 0, 1),
        ("Lưu: VT, Phòng Nội vụ", "NV", 0, 0),
    ],
)
def test_a_cell_is_taken_apart(cell, members, outside, unknown):
    assert recipients_in(cell, NAMES.members_of("any")) == Recipients(members, outside, unknown)


def test_a_source_has_names_and_wordings_of_its_own():
    members_of = NAMES.members_of("own")
    assert recipients_in("P. Nội vụ; Tổ công tác mẫu; Các phòng, ban", members_of) == Recipients(
        "@department|@vertical_agency|NV", 0, 0
    )
    assert recipients_in("Sở Nội vụ tỉnh; Sở Y tế", members_of) == Recipients(None, 1, 0)
    assert recipients_in("Đoàn kiểm tra", members_of) == Recipients(None, 0, 1)


PIECES = {**UNIT_OF, "Các phòng, ban": "@department", "UBND các xã": "@commune", "Lưu: VT": "", "Tỉnh ủy": "out", "Ai đó": "?"}


@given(st.lists(st.sampled_from(sorted(PIECES)), max_size=6), st.sampled_from(["; ", ";", "\n", ";\n- ", ", "]))
@example(["Lưu: VT", "Ai đó"], "; ")
def test_what_is_put_together_comes_apart_again(pieces, separator):
    if separator == ", ":
        # Behind who keeps the copy, a comma goes on with whom else keeps it.
        pieces = [piece for piece in pieces if piece != "Lưu: VT"]
    meant = [PIECES[piece] for piece in pieces]
    members = "|".join(sorted({m for m in meant if m not in ("", "out", "?")})) or None
    found = recipients_in(separator.join(pieces), NAMES.members_of("any"))
    assert found == Recipients(members, meant.count("out"), meant.count("?"))


def test_a_recipient_of_a_log_is_a_unit_or_a_hash():
    unit = NAMES.recipient_of("own")
    assert [unit(name) for name in ("P. Nội vụ", "Sở Y tế", "Các phòng, ban", "Ai đó")] == ["NV", "", "", None]
    assert Reference().names().recipient_of("own")("Ai đó") == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",Các phòng,departments", "members departments is not known; did you mean department"),
        (",Các phòng,", "members  is not known"),
        (",Các phòng,department outside", "members outside is not known"),
        (",*,outside", "needs letters"),
        (",Các * phòng,department", "stands at its end only"),
        (",Các phòng,department\n,các  phòng,commune", "line 3: các  phòng stands twice"),
    ],
)
def test_a_mistake_in_the_table_of_groups_is_named(tmp_path, line, said):
    (tmp_path / "recipient_group.csv").write_text(f"source,wording,members\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_reference(tmp_path)
    assert said in error.value.en


UNITS = """unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to
H99,Huyện,district,district,,,
NV,Phòng Nội vụ,district,department,H99,,
"""
REGISTER = """Số ký hiệu,Ngày văn bản,Cơ quan ban hành,Độ mật,Căn cứ không gửi qua mạng,Nơi nhận,Gửi kèm bản giấy,Ký số của cơ quan
1/CV,02/01/2020,Huyện,Mật,,Phòng Nội vụ; Tổ mẫu,Có,
2/CV,02/01/2020,Huyện,,Bản vẽ khổ lớn,"Các phòng, ban; Sở Y tế",Không,x
3/CV,02/01/2020,Huyện,,Vì lý do riêng,,,
"""
LOG = """Số ký hiệu;Ngày ban hành;Cơ quan gửi;Cơ quan nhận;Mã trạng thái;Thời điểm
1/CV;2020/01/02;Huyện;Phòng Nội vụ;1;2020/01/02 09:00:00
1/CV;2020/01/02;Huyện;Tổ mẫu;14;2020/01/02 09:00:00
1/CV;2020/01/02;Huyện;Sở Y tế;103;2020/01/02 09:00:00
1/CV;2020/01/02;Huyện;Sở Y tế;99;2020/01/02 09:00:00
"""


@pytest.fixture
def read(home, tmp_path):
    """Ingest a text under a name and tell what the warehouse then holds of a kind."""
    import duckdb

    (home.reference / "units.csv").write_text(UNITS, encoding="utf-8")

    def of(text: str, name: str, source: str, query: str) -> list[tuple]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        ingest_file(home, path, source, None)
        with duckdb.connect(str(home.warehouse), read_only=True) as con:
            return con.execute(query).fetchall()

    return of


def test_a_register_is_read_with_recipients_grounds_and_marks(read):
    columns = "secrecy, exclusion_ground, recipients, recipients_outside_count, recipients_unknown_count, is_paper_sent, is_signed"
    found = read(
        REGISTER, "SoVanBanDi_202001_xuat20200203.csv", "vanban_di", f"select {columns} from document_run order by document_code"
    )
    # A ground that is not declared leaves nothing out: its row waits in quarantine.
    assert found == [
        ("secret", None, "NV", 0, 1, "yes", None),
        (None, "large_format", "@department", 1, 0, "no", "yes"),
    ]


def test_events_are_known_by_their_code_and_unknown_ones_are_kept_out(read):
    query = "select event_code, recipient_unit_code from transmission_run order by all"
    assert read(LOG, "NhatKy_xuat20200203.csv", "vanban_log", query) == [("01", "NV"), ("15", None), ("none", None)]
    query = "select rule_code, column_name from quarantine"
    assert read(LOG, "NhatKy_xuat20200203.csv", "vanban_log", query) == [("WORD_UNKNOWN", "event_code")]


def test_a_file_with_unknown_recipients_is_read_again_once_they_are_known(home, read):
    name, query = "SoVanBanDi_202001_xuat20200203.csv", "select recipients_unknown_count from document_run order by document_code"
    assert read(REGISTER, name, "vanban_di", query) == [(1,), (0,)]
    with (home.reference / "recipient_group.csv").open("a", encoding="utf-8") as file:
        file.write(",Tổ mẫu,outside\n")
    assert read(REGISTER, name, "vanban_di", query) == [(0,), (0,)]
