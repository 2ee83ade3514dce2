"""Strategies that draw what registers may say of units."""

from datetime import date, datetime, time

from hypothesis import strategies as st

from transforms.entities import ENTITIES


def days(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.dates(date.fromisoformat(first), date.fromisoformat(last)).map(lambda d: datetime.combine(d, time(9)))


around = days("2019-11-20", "2021-02-10")
maybe = st.none() | around
yes_no = st.sampled_from(["yes", "no"])
years = st.integers(2019, 2021)
evidence = {"evidence_number": st.sampled_from([None, "1/QĐ", "2/QĐ"]), "evidence_at": maybe}


def many_entries(codes: list[str]) -> st.SearchStrategy[dict[str, list[dict]]]:
    """Entries of the eight registers that shares of units are made of, by kind."""

    def entries_of(**columns: st.SearchStrategy) -> st.SearchStrategy[list[dict]]:
        return st.lists(st.fixed_dictionaries({"unit_code": st.sampled_from(codes), **columns, **evidence}), max_size=9)

    return st.fixed_dictionaries(
        {
            "unit_plan": entries_of(year=years),
            "assigned_task": entries_of(task_code=st.sampled_from("123"), due_at=around, done_at=maybe),
            "head_in_charge": entries_of(from_at=around, to_at=maybe),
            "inspection": entries_of(inspected_at=around),
            "initiative": entries_of(initiative_code=st.sampled_from("12"), year=years, is_recognised=yes_no),
            "par_index": entries_of(
                year=years,
                is_self_scored=yes_no,
                submitted_at=maybe,
                deadline_at=maybe,
                rating=st.sampled_from(["excellent", "good", "fair", "average", "weak"]),
            ),
            "job_position": entries_of(from_at=around, to_at=maybe, is_matching=yes_no),
            "dialogue": entries_of(held_at=around, is_about_procedures=yes_no),
        }
    )


def some_forms(codes: list[str]) -> st.SearchStrategy[list[dict]]:
    """Forms of surveys about units."""
    return st.lists(
        st.fixed_dictionaries(
            {
                "unit_code": st.sampled_from(codes),
                "survey_field": st.sampled_from(["education", "health", "administration"]),
                "respondent_kind": st.sampled_from(["citizen", "business"]),
                "answer": st.sampled_from([None, "very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"]),
                "answered_at": around,
            }
        ),
        max_size=30,
    )


def one_a_thing(kind: str, entries: list[dict]) -> list[dict]:
    """The last of the entries that speak of the same thing, as reading keeps it."""
    return list({tuple(entry[column] for column in ENTITIES[kind].identity): entry for entry in entries}.values())
