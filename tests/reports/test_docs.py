"""The made pages below docs/: they are fresh, say what they must, and invoke no law as if it had been checked."""

import re

import pytest

from reports.docs import CHECKOUT, MARKS, OUTCOMES, STATUSES, TREATMENTS, lineage, pages, superfluous, upstream, write_docs
from transforms import cards, entities, reference
from transforms.registry import indicator_ids, rules
from transforms.runner import all_models

HEADINGS = [
    "Câu hỏi · Question",
    "Tử số · Numerator",
    "Mẫu số · Denominator",
    "Không tính · Exclusions",
    "Căn cứ và mức độ kiểm chứng · What it rests on, and whether that is verified",
    "Giả định · Assumptions",
    "Ví dụ · Worked example",
    "Mã · Ids",
]
CITES = re.compile(r"theo quy định (?:tại|của)|căn cứ (?:vào )?(?:khoản|điểm|điều)|pursuant to|as required by", re.IGNORECASE)
MADE = pages()
each_card = pytest.mark.parametrize("name", [*indicator_ids(), *rules()])
each_mart = pytest.mark.parametrize("name", [m.name for m in all_models().values() if m.layer == "marts"])


def test_the_pages_are_fresh():
    docs = CHECKOUT / "docs"
    stale = [name for name, text in MADE.items() if not (docs / name).exists() or (docs / name).read_bytes() != text.encode()]
    assert not stale, f"stale: {', '.join(stale)}; run make docs"
    assert not superfluous(docs, MADE), "there is more in docs/ than what is made; run make docs"


def test_writing_leaves_the_pages_and_nothing_else(tmp_path):
    (tmp_path / "marts").mkdir()
    (tmp_path / "marts" / "gone.md").write_text("a mart of last year", encoding="utf-8")
    (tmp_path / "decisions.md").write_text("written by hand", encoding="utf-8")
    assert superfluous(tmp_path, MADE) == ["marts/gone.md"]
    write_docs(tmp_path)
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {*MADE, "decisions.md"}
    assert all((tmp_path / name).read_bytes() == text.encode() for name, text in MADE.items())


@each_card
def test_a_card_has_its_headings_in_order(name):
    page = MADE[f"indicators/{name}.md"]
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == HEADINGS
    assert f"[`{name}`]({name}.md)" in MADE["indicators/README.md"]


@pytest.mark.parametrize("rule", rules())
def test_a_rules_card_says_what_it_does_with_each_status(rule):
    treated = re.findall(r"^\| `([A-Z_]+)` [^|]* \| ([^|]*) \|", MADE[f"indicators/{rule}.md"], re.MULTILINE)
    shipped = reference.load_reference(CHECKOUT / "config" / "reference").treatments
    assert treated == [(row["status"], TREATMENTS[row["treatment"]][0].format(**row)) for row in shipped if row["rule_id"] == rule]
    assert len(treated) == len(entities.STATUSES)


def test_every_word_that_a_card_may_show_is_translated():
    assert set(STATUSES) == set(entities.STATUSES)
    assert set(TREATMENTS) == set(reference.TREATMENTS)
    assert set(MARKS) == set(cards.Mark.__args__)
    assert set(OUTCOMES) == set(cards.Outcome.__args__)


@pytest.mark.parametrize("name", MADE)
def test_no_page_cites_a_law(name):
    assert not CITES.search(MADE[name])


@each_card
def test_a_law_stands_in_its_card_as_not_verified(name):
    lines = MADE[f"indicators/{name}.md"].splitlines()
    for evidence in cards.load_cards()[name].evidence:
        if cards.LAW.search(evidence.source.vi):
            [line] = [line for line in lines if line.startswith(f"| {evidence.source.vi}<br>")]
            assert "not verified" in line.split(" | ")[-1]


@each_mart
def test_a_marts_page_holds_its_columns_and_where_it_comes_from(name):
    model, page = all_models()[name], MADE[f"marts/{name}.md"]
    assert model.header["sentence"] in page
    columns = re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    assert [(column, said.replace("\\|", "|")) for column, said in columns] == list(model.columns.items())
    arrows = lineage(model)
    boxes = {box for arrow in arrows for box in arrow} | {name}
    members = {"counting_rules" if m.layer == "rules" else m.name for m in upstream(model)}
    assert boxes == members
    assert all(any(below == box for below, _ in arrows) for box in boxes - {name})


def test_the_picture_leaves_out_arrows_that_shorten_a_way():
    arrows = lineage(all_models()["form_ii06a"])
    assert ("counting_rules", "dossier_outcome") in arrows
    assert ("dossier_period", "form_ii06a") in arrows
    # dossier_outcome reads it too, but the rules stand between.
    assert "dossier_asof" in all_models()["dossier_outcome"].reads
    assert ("dossier_asof", "dossier_outcome") not in arrows
