"""A file is recognised by its header, whatever its name and format; what is not sure is not guessed. The people are invented."""

import pytest

from flows.registers import how_to_save
from flows.settings import load_config
from reports.register_template import write_template
from tests.intake.files import FORMATS, HEADER, as_csv, as_html, as_xlsx, row, write
from transforms.errors import FileRefusedError
from transforms.intake.recognise import recognise
from transforms.profiles import ExportTime, Pull
from transforms.registers import registers

TABLE = [HEADER, row(1), row(2)]


@pytest.fixture
def profiles(home):
    return load_config(home).profiles


@pytest.fixture
def recognised(profiles, tmp_path):
    """The source of a file of this content and name, among the shipped profiles or others."""

    def find(content: bytes, name: str = "tệp của xã.csv", known=None) -> str:
        path = write(tmp_path, content, name)
        return recognise(path, name, list((known or profiles).values()), tmp_path).source

    return find


@pytest.mark.parametrize("kind", FORMATS)
def test_in_every_format(recognised, kind):
    assert recognised(FORMATS[kind](TABLE)) == "tandan"


def test_files_of_the_demo_are_of_the_source_in_whose_folder_they_lie(demo_home, tmp_path):
    profiles = list(load_config(demo_home).profiles.values())
    for source in ("igate", "tandan", "vanban_di", "vanban_log"):
        files = sorted(file for file in (demo_home.data / "inbox" / source).iterdir() if not file.name.endswith(".json"))
        assert {recognise(file, "x", profiles, tmp_path).source for file in files[::5]} == {source}


def test_below_titles_and_in_a_table_that_is_not_the_first(recognised):
    titled = [["Danh sách hồ sơ"], [], *TABLE]
    assert recognised(as_csv(titled).encode()) == "tandan"
    assert recognised(as_html(titled).encode()) == "tandan"


def test_only_the_start_of_a_large_file_is_read(recognised):
    rows = as_csv(TABLE).encode("utf-16")
    assert recognised(rows + as_csv([row(n) for n in range(3, 12_000)]).encode("utf-16-le")) == "tandan"


def variant(profile, source: str, **changes):
    return profile.model_copy(update={"source": source, **changes})


def test_of_two_that_fit_the_one_that_knows_more_headers(recognised, profiles):
    tandan = profiles["tandan"]
    knows_less = variant(tandan, "knows_less", ignored=[], personal=[])
    assert recognised(as_csv(TABLE).encode(), known={"a": knows_less, "b": tandan}) == "tandan"


def test_between_equals_the_name_decides(recognised, profiles):
    tandan = profiles["tandan"]
    dated = variant(tandan, "dated", exported_at=ExportTime(file_name=r"xa_mau_(?P<exported>\d{8})"))
    pulled = variant(tandan, "pulled", pull=Pull(folder="x", pattern="Xã*.csv"), exported_at=ExportTime())
    known = {"tandan": tandan, "dated": dated, "pulled": pulled}
    content = as_csv(TABLE).encode()
    assert recognised(content, "xa_mau_20200116.xls", known) == "dated"
    assert recognised(content, "hoso_thaydoi_20200116_1900.csv", known) == "tandan"
    assert recognised(content, "Xã Mẫu.csv", {"dated": variant(dated, "dated", pull=None), "pulled": pulled}) == "pulled"


def test_several_equally_good_ones_are_named(recognised, profiles):
    tandan = profiles["tandan"]
    with pytest.raises(FileRefusedError, match=r"several sources equally well \(tandan, twin\)") as refused:
        recognised(as_csv(TABLE).encode(), known={"tandan": tandan, "twin": variant(tandan, "twin")})
    assert "thư mục riêng của nguồn" in refused.value.vi


def test_what_misses_a_column_hears_of_the_nearest_source(recognised):
    misspelt = [["Mã số hồ sơ" if header == "Mã hồ sơ" else header for header in HEADER], row(1)]
    with pytest.raises(FileRefusedError, match=r"«Mã hồ sơ» ~ «Mã số hồ sơ».*nearest source is tandan") as refused:
        recognised(as_xlsx(misspelt))
    assert "thiếu cột Mã hồ sơ / Số hồ sơ" in refused.value.vi


@pytest.mark.parametrize("register", registers())
def test_a_register_is_told_from_the_others_by_its_template(profiles, tmp_path, register):
    write_template(tmp_path / "sổ.xlsx", registers()[register], how_to_save(register))
    assert recognise(tmp_path / "sổ.xlsx", "sổ.xlsx", list(profiles.values()), tmp_path).source == register


def test_a_list_of_dossiers_that_misses_a_column_is_no_paper_book(recognised):
    book = ["Đơn vị", "Mã hồ sơ", "Ngày nhận"]
    assert recognised(as_csv([book]).encode()) == "paper_dossier"
    misspelt = ["Hẹn ngày" if header == "Ngày hẹn trả" else header for header in HEADER]
    with pytest.raises(FileRefusedError, match="nearest source is tandan"):
        recognised(as_csv([[*misspelt, "Đơn vị"]]).encode())


def test_of_another_table_nothing_is_shown(recognised):
    with pytest.raises(FileRefusedError, match="no header of any declared source") as refused:
        recognised(as_csv([["Họ tên", "Lương"], ["Người Mẫu Bí Mật", "1"]]).encode())
    assert "igate, tandan, vanban_di, vanban_log, wabo" in refused.value.vi
    assert "Bí Mật" not in refused.value.vi + refused.value.en


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n\n", "no header of any"),
        (as_xlsx([]), "no header of any"),
        (as_xlsx(TABLE)[:200], "broken or cut short"),
        (as_csv(TABLE).encode("utf-16-le"), "byte order mark"),
        ("Phiên làm việc;hết hạn\n".encode("cp1258", "replace"), "not UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why(recognised, content, said):
    with pytest.raises(FileRefusedError, match=said):
        recognised(content)


def test_a_home_without_sources_recognises_nothing(tmp_path):
    with pytest.raises(FileRefusedError, match="declare that"):
        recognise(write(tmp_path, as_csv(TABLE).encode()), "x", [], tmp_path)
