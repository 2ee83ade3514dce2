"""Text in the fonts from before Unicode: the tables against other sources, detection, mixed books, and real files."""

import csv
import shutil
import subprocess
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.intake.legacy_text import TCVN3, UNICODE, UNSURE, VNI, decode, detect
from transforms.intake.sheets import in_unicode, read_sheets
from transforms.intake.table import Grid
from transforms.labels import TONES

# The whole of VNI for Windows, as a Vietnamese keyboard driver lists it: written here once more, letter by letter.
VNI_LETTERS = """
    à aø á aù ả aû ã aõ ạ aï ă aê ằ aè ắ aé ẳ aú ẵ aü ặ aë â aâ ầ aà ấ aá ẩ aå ẫ aã ậ aä đ ñ
    è eø é eù ẻ eû ẽ eõ ẹ eï ê eâ ề eà ế eá ể eå ễ eã ệ eä ì ì í í ỉ æ ĩ ó ị ò
    ò oø ó où ỏ oû õ oõ ọ oï ô oâ ồ oà ố oá ổ oå ỗ oã ộ oä ơ ô ờ ôø ớ ôù ở ôû ỡ ôõ ợ ôï
    ù uø ú uù ủ uû ũ uõ ụ uï ư ö ừ öø ứ öù ử öû ữ öõ ự öï ỳ yø ý yù ỷ yû ỹ yõ ỵ î
"""
TO_VNI = dict(zip(VNI_LETTERS.split()[::2], VNI_LETTERS.split()[1::2], strict=True))
TO_VNI |= {letter.upper(): legacy.upper() for letter, legacy in TO_VNI.items()}

TCVN3_PLACES = [chr(place) for place in range(0xA1, 0xFF)]
TO_TCVN3 = {decode(place, TCVN3): place for place in TCVN3_PLACES if decode(place, TCVN3) != place}
# The font .VnTimeH draws capitals: there they are typed as small letters.
TO_TCVN3 |= {letter.upper(): place for letter, place in TO_TCVN3.items() if letter.upper() not in TO_TCVN3}


def to_tcvn3(text: str) -> str:
    return "".join(TO_TCVN3.get(letter, letter) for letter in text)


def to_vni(text: str) -> str:
    return "".join(TO_VNI.get(letter, letter) for letter in text)


ONSETS = "b c ch d đ g h kh l m n nh ph qu s t th tr v x"
# Tones are put where the star is.
RIMES = """
    a* a*i a*o a*m a*ng a*nh ă*n â*u â*y e*m e*o ê* ê*n i* i*nh iê*n o* o*i o*ng o*a oa* oa*n ô* ô*ng ơ* ơ*i
    u* u*ng uâ*n uyê*n u*y uy* ư* ươ*ng y*
"""


@st.composite
def syllables(draw) -> str:
    onset, rime, tone = (draw(st.sampled_from(choice)) for choice in (["", *ONSETS.split()], RIMES.split(), ["", *TONES]))
    cased = draw(st.sampled_from((str.lower, str.upper, str.title)))
    return cased(unicodedata.normalize("NFC", onset + rime.replace("*", tone)))


SENTENCES = st.lists(syllables(), min_size=1, max_size=8).map(" ".join)
ASCII = "".join(map(chr, range(0x20, 0x7F)))
ANY_VIETNAMESE = st.text(st.sampled_from([*TO_VNI, *ASCII]))

TEXT = "Cộng hòa xã hội chủ nghĩa Việt Nam; Quyết định của Bộ trưởng Bộ Tài chính về biểu thuế xuất khẩu, nhập khẩu"
SWEDISH = "På ön där är det så här: få går åt när tåg är på väg, hon får må bra då hon står på två år"
VISCII = "Cµng hòa xã hµi chü nghîa Vi®t Nam, Quyªt ð¸nh cüa Bµ trßng Bµ Tài chính v« bi¬u thuª xu¤t kh¦u"


def test_the_letters_of_tcvn3_are_those_of_the_standard():
    """In what sets VN1 and VN3 of the standard share; VN3 has signs where VN1 has capitals and combining tones."""
    iconv = shutil.which("iconv")
    if not iconv:
        pytest.skip("no iconv here to compare with")
    given_bytes = b"\n".join(place.encode("latin-1") for place in TCVN3_PLACES)
    known = subprocess.run([iconv, "-f", "TCVN5712-1", "-t", "UTF-8"], input=given_bytes, capture_output=True, check=False)
    if known.returncode:
        pytest.skip("this iconv is not that of glibc: it does not know TCVN5712-1")
    standard = dict(zip(TCVN3_PLACES, known.stdout.decode().split("\n"), strict=True))
    ours = {place: decode(place, TCVN3) for place in TCVN3_PLACES}
    only_in_vn1 = {place: letter for place, letter in standard.items() if ours[place] != letter}
    assert all(unicodedata.combining(letter) or letter.isupper() for letter in only_in_vn1.values())
    assert all(ours[place] == place for place in only_in_vn1)
    assert len(ours) - len(only_in_vn1) == 74


def test_the_letters_of_vni():
    assert len(TO_VNI) == 134
    assert {letter: decode(legacy, VNI) for letter, legacy in TO_VNI.items()} == {letter: letter for letter in TO_VNI}


@given(ANY_VIETNAMESE)
def test_vni_gives_back_any_vietnamese(text):
    assert decode(to_vni(text), VNI) == text


@given(ANY_VIETNAMESE.map(lambda text: "".join(c if c in ASCII or decode(to_tcvn3(c), TCVN3) == c else c.lower() for c in text)))
def test_tcvn3_gives_back_any_vietnamese_that_it_can_write(text):
    assert decode(to_tcvn3(text), TCVN3) == text


def test_the_soft_hyphen_is_a_letter():
    assert decode("n\xadíc", TCVN3) == "nước"


def test_signs_stay():
    assert (decode("m², 30°, 1.000 ®ång…", TCVN3), decode("m², 30°, “ñoàng”", VNI)) == ("m², 30°, 1.000 đồng…", "m², 30°, “đồng”")


def test_letter_case_is_what_the_bytes_say():
    assert decode("T£N Tæ CHøC", TCVN3) == "TÊN Tổ CHứC"
    assert decode("TEÂN Toå CHÖÙC, Uûy ban", VNI) == "TÊN Tổ CHỨC, Ủy ban"


def test_text_is_composed_once_decoded():
    decomposed = unicodedata.normalize("NFD", TEXT)
    assert decode(decomposed, UNICODE) == TEXT
    assert detect([decomposed]).decode(decomposed) == TEXT


@given(st.lists(SENTENCES))
def test_unicode_is_left_alone(cells):
    found = detect(cells)
    assert (found.encoding, [found.decode(cell) for cell in cells]) == (UNICODE, cells)


@pytest.mark.parametrize(
    "text",
    [
        "viparse® 2026",
        "naïve café, résumé, façade, coöperate",
        "Zürich, São Paulo, Malmö, Citroën, Noël",
        "© 2020 Ford® 20 µg ± 5 °C m² § 5 «quoted» ½ × 3 · item ¶ µ",
        "Krông Búk, Ea Đrăng, Plei Ku",
        "El niño comió ñandú en España",
        "Müller fährt über die Straße nach München",
        "Dossier list",
    ],
)
def test_other_languages_are_left_alone(text):
    for cells in ([text], text.split()):
        found = detect(cells)
        assert (found.encoding, [found.decode(cell) for cell in cells]) == (UNICODE, cells)


@pytest.mark.parametrize(("encoding", "encode"), [(TCVN3, to_tcvn3), (VNI, to_vni)])
def test_a_legacy_sheet_is_detected_and_decoded(encoding, encode):
    cells = [encode(cell) for cell in (*TEXT.split(), "STT", "QĐ-UBND", "Lô", "TNLĐ", "LĐ")]
    found = detect(cells)
    assert found.encoding == encoding
    assert found.words[encoding] >= 15
    assert [found.decode(cell).casefold() for cell in cells] == [*TEXT.casefold().split(), "stt", "qđ-ubnd", "lô", "tnlđ", "lđ"]


def test_a_mixed_book_is_decoded_by_cell():
    cells = [to_tcvn3("Bảo Thắng"), to_vni("Đồng Nai, Cần Giờ"), "Xã Bát Xát, tỉnh Lào Cai", "M¸y mãc thiết bÞ, báo gi¸"]
    found = detect(cells)
    assert found.present == {UNICODE, TCVN3, VNI}
    assert [found.decode(cell) for cell in cells] == [
        "Bảo Thắng",
        "Đồng Nai, Cần Giờ",
        "Xã Bát Xát, tỉnh Lào Cai",
        "Máy móc thiết bị, báo giá",
    ]


@pytest.mark.parametrize(
    ("unicode_cells", "tcvn3_cells", "encoding", "decoded"), [(99, 1, UNICODE, "Tô"), (1, 99, TCVN3, "Tụ"), (5, 5, UNSURE, None)]
)
def test_a_cell_that_reads_either_way_goes_with_nearly_all_others(unicode_cells, tcvn3_cells, encoding, decoded):
    cells = [f"Xã Tiên Lữ {number}" for number in range(unicode_cells)]
    cells += [to_tcvn3(f"Phường Bến Thủy {number}") for number in range(tcvn3_cells)]
    found = detect([*cells, "Tô"])
    assert (found.encoding, found.undecided) == (encoding, 1)
    if decoded:
        assert found.decode("Tô") == decoded


def test_abbreviations_are_no_second_encoding():
    cells = [to_vni(TEXT), to_vni("Số vụ tai nạn lao động theo mức độ thương tật và số người bị nạn")]
    found = detect([*cells, "LÑ", "HÑ"])  # in TCVN3 these would be Lẹ and Hẹ
    assert found.present == {UNICODE, VNI}
    assert [found.decode("LÑ"), found.decode("HÑ")] == ["LĐ", "HĐ"]


@pytest.mark.parametrize(
    "cells",
    [
        ["Nam", to_tcvn3("Nữ")],  # one word may be chance
        ["20 µm"],
        SWEDISH.split(),
        VISCII.split(),
    ],
    ids=["one word", "one sign", "Swedish", "VISCII"],
)
def test_what_is_unsure_is_not_decoded(cells):
    found = detect(cells)
    assert found.encoding == UNSURE
    with pytest.raises(ValueError, match="unsure"):
        found.decode(cells[-1])


@pytest.mark.parametrize("cells", [[], [""], ["STT", "Nam"]])
def test_plain_ascii_is_unicode(cells):
    assert detect(cells).encoding == UNICODE


@pytest.mark.real_data
def test_short_texts(real_data):
    with (real_data / "legacy_xls" / "vectors.tsv").open(encoding="utf-8", newline="") as file:
        vectors = list(csv.DictReader(file, delimiter="\t"))
    for vector in vectors:
        # This line has itself lost its ư, a soft hyphen, to something that strips what cannot be seen.
        legacy = vector["legacy_text"].replace("Bé trëng", "Bé tr\xadëng")
        found = detect([legacy])
        assert found.encoding == {"none": UNICODE}.get(vector["encoding"], vector["encoding"])
        assert found.decode(legacy) == vector["unicode"]
    assert len(vectors) == 13


@pytest.mark.real_data
@pytest.mark.parametrize(
    "file",
    [
        "tcvn3/2005-2005_04_14_084750",
        "tcvn3/2005-82F5B_NK_01-05",
        "tcvn3/2005-FDILangson",
        "tcvn3/2006-1B4B5_DTRNN_07-2005_NEW",
        "tcvn3/2007-2007_01_09_103051",
        "tcvn3/2009-KTTrangTrai_2007",
        "vni/2006-Mau21_CKTC_NSH",
        "vni/2009-20081202.257",
    ],
)
def test_real_sheets_agree_with_their_transcripts(real_data, tmp_path, file):
    encoding, name = file.split("/")
    grids = read_sheets(real_data / "legacy_xls" / f"{file}.xls", f"{name}.xls", tmp_path)
    cells = [cell for grid in grids for _, cells in grid.rows() for cell in cells if isinstance(cell, str)]
    words = words_in(" ".join(cells))
    transcript = words_in((real_data / "legacy_xls" / "transcripts" / f"{name}.txt").read_text(encoding="utf-8"))
    assert {grid.encoding for grid in grids} - {""} == {encoding}  # an empty sheet is Unicode
    # A cell merged over several rows stands in each of them here, and once in the transcript.
    assert (words & transcript).total() >= 0.98 * transcript.total()
    assert sum(count for word, count in words.items() if word in transcript) >= 0.98 * words.total()


def test_a_sheet_is_decoded_cell_by_cell_and_one_in_doubt_says_so():
    rows = [(1, [to_tcvn3("Mã hồ sơ"), to_tcvn3("Trạng thái"), 5.0]), (2, ["H-1", to_tcvn3("Đang xử lý"), None])]
    decoded = in_unicode(Grid(lambda: iter(rows)))
    assert decoded.encoding == TCVN3
    assert [(line, [str(cell).casefold() for cell in cells]) for line, cells in decoded.rows()] == [
        (1, ["mã hồ sơ", "trạng thái", "5.0"]),
        (2, ["h-1", "đang xử lý", "none"]),
    ]
    doubtful = in_unicode(Grid(lambda: iter([(1, ["N÷"])])))
    assert doubtful.encoding == UNSURE


def words_in(text: str) -> Counter[str]:
    """The words of a text that hold a letter: numbers are printed in one way or another."""
    return Counter(word for word in text.split() if any(map(str.isalpha, word)))
