"""Which words are the same: letter case, Đ and Ð, the place of a tone do not count; accents and tones do."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.labels import TONES, nfc, word_key

# Rimes of more than one vowel, in which a tone might be put in more than one place.
RIMES = """
    ai ao au ay âu ây eo êu ia iu iêm iên iêng iêp iêt iêu oi oa oac oai oan oang oanh oao oay oăn oăng oe oen oet ôi ơi
    ua ui uân uât uây uê uêch uơ uôi uôm uôn uông uôc uôt uy uya uyên uyêt uyn uynh uyt uyu ưa ưi ưu
    ươi ươm ươn ương ươc ươt ươu yêu
"""
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯÐð"
VIETNAMESE = st.text(st.sampled_from([*LETTERS, *TONES, *" .-/()0123"]), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tân Hòa", "Tân Hoà"),
        ("Thúy", "THUÝ"),
        ("Đã hủy", "Đã huỷ"),
        ("Khoẻ", "khỏe"),
        ("quý", "qúy"),
        ("thưởng", "thửơng"),
        ("giúp", "gíup"),
        ("Đà Nẵng", "Ðà Nẵng"),
        ("đã xử lý", "ÐÃ XỬ LÝ"),
        ("UBND  xã\u00a0Tân Lập ", "ubnd xã tân lập"),
    ],
)
def test_the_same_word(one, other):
    assert word_key(one) == word_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tân Lập", "Tân Lạp"), ("hoa", "hóa"), ("hóa", "hòa"), ("lý", "lí"), ("da", "đa"), ("xã", "xa"), ("mùa lúa", "mua lùa")],
)
def test_different_words(one, other):
    assert word_key(one) != word_key(other)


@pytest.mark.parametrize("rime", RIMES.split())
def test_a_tone_may_stand_on_any_vowel_of_its_syllable(rime):
    keys = {}
    for tone in TONES:
        places = [place for place, letter in enumerate(rime, start=1) if letter in "aăâeêioôơuưy"]
        spellings = {unicodedata.normalize("NFC", f"th{rime[:place]}{tone}{rime[place:]}") for place in places}
        assert len(spellings) == len(places) > 1
        keys[tone] = {word_key(spelling) for spelling in spellings}
        assert len(keys[tone]) == 1
    assert len(set.union(*keys.values(), {word_key("th" + rime)})) == len(TONES) + 1


def test_no_two_syllables_share_a_key():
    syllables = [f"{onset}{rime}{tone}" for onset, rime, tone in itertools.product(("", "b", "th"), RIMES.split(), ("", *TONES))]
    assert len({word_key(syllable) for syllable in syllables}) == len(syllables)


@given(VIETNAMESE)
def test_a_key_is_its_own_key(text):
    assert word_key(word_key(text)) == word_key(text)


@given(VIETNAMESE)
def test_a_key_does_not_depend_on_composition_or_case(text):
    forms = {unicodedata.normalize(form, cased) for form in ("NFC", "NFD") for cased in (text, text.upper(), text.lower())}
    assert {word_key(form) for form in forms} == {word_key(text)}


@pytest.mark.parametrize("written", ["Hoà", "Hòa", "Huỷ", "Ðà Nẵng"])
def test_a_word_is_kept_as_it_is_written(written):
    assert nfc(unicodedata.normalize("NFD", written)) == written
