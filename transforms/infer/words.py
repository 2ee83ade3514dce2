"""The words of a draft: the language that a column speaks, and the words of the file that it does not know."""

from collections import Counter
from collections.abc import Callable

import duckdb

from transforms.infer.draft import Doubt, Draft
from transforms.infer.looks import Seen, is_like_a_person
from transforms.infer.vocabulary import Language, vocabulary
from transforms.labels import nfc, word_key
from transforms.profiles import VERDICTS, Profile

_SHOWN_FROM = 3
"""A word that stands in fewer rows is counted and not shown: it may be somebody's name in the wrong column."""
_MOST_SHOWN = 20


def say_words(draft: Draft, mapped: dict[str, Seen]) -> None:
    """Give each column of words the language that knows most of its rows."""
    words = {column: _language(column, mapped[column]) for column in vocabulary().words if column in mapped}
    if words:
        draft.content["words"] = {column: {n: list(w) for n, w in language.items()} for column, language in words.items()}


def _language(column: str, seen: Seen) -> Language:
    return max(vocabulary().words[column], key=lambda language: seen.share(_knows(language)))


def known_share(column: str, seen: Seen) -> float:
    """The share of rows whose word is known, as the column's best language has it."""
    return seen.share(_knows(_language(column, seen)))


def _knows(language: Language) -> Callable[[str], bool]:
    known = {word_key(word) for words in language.values() for word in words}
    return lambda text: word_key(text) in known


def say_unknown_words(con: duckdb.DuckDBPyConnection, draft: Draft, column: str, profile: Profile) -> None:
    """Count the words that the draft does not know; those that are frequent and name nobody are shown."""
    known = profile.word_table(column)
    rows = con.execute(
        f"""select {column}_text, count(*) from text_row where rowid not in (select record from not_data)
            group by 1 order by 2 desc, 1"""
    ).fetchall()
    unknown: Counter[str] = Counter()
    for text, n in rows:
        if text is not None and text.strip() and word_key(text) not in known:
            unknown[nfc(text)] += n
    hidden = Counter[str]()
    for at, (word, n) in enumerate(unknown.most_common()):
        if _is_listed(column, word) or (n >= _SHOWN_FROM and at < _MOST_SHOWN and not is_like_a_person(word)):
            draft.doubt(("words", column), *_of_unknown_word(column, word, n))
        else:
            hidden[word] = n
    if hidden:
        draft.doubt(
            ("words", column),
            f"số từ khác chưa biết: {len(hidden)} (số hàng: {hidden.total()}); không ghi ra vì có thể là tên người",
            f"other words that are not known: {len(hidden)} (rows: {hidden.total()}); not shown, since they may name persons",
        )
    empty = sum(n for text, n in rows if text is None or not text.strip())
    if empty:
        draft.doubt(("words", column), f"số hàng để trống: {empty}", f"rows that say nothing: {empty}")


def _is_listed(column: str, word: str) -> bool:
    """Whether a word is known for meaning no one thing."""
    return word_key(word) in VERDICTS or bool(vocabulary().could_be(column, word))


def _of_unknown_word(column: str, word: str, n: int) -> Doubt:
    if column == "status" and word_key(word) in VERDICTS:
        return (
            f"«{word}» ({n} hàng) là nhận xét về hạn, không phải trạng thái: không khai báo",
            f"“{word}” ({n} rows) is a verdict on the due date and no status: leave it out",
        )
    if could_be := vocabulary().could_be(column, word):
        either = ", ".join(could_be)
        return (
            f"«{word}» ({n} hàng) có thể là {either}: hãy hỏi rồi thêm vào",
            f"“{word}” ({n} rows) may be {either}: ask, then add it",
        )
    return (
        f"«{word}» ({n} hàng) chưa biết: hãy thêm vào dòng đúng nghĩa",
        f"“{word}” ({n} rows) is not known: add it where it belongs",
    )
