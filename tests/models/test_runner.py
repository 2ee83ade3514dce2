"""The runner refuses models that are not what they say, and names the file."""

from datetime import date

import duckdb
import pytest

from transforms.build import MODEL_INPUTS
from transforms.errors import ConfigError
from transforms.runner import all_models, in_order, run_models

GOOD = "-- sentence: A.\n-- grain: a\n-- incremental: full\nselect a  -- a\nfrom unit_register\n"


def write(folder, **models: str):
    for path, sql in models.items():
        layer, name = path.split("__")
        (folder / layer).mkdir(parents=True, exist_ok=True)
        (folder / layer / f"{name}.sql").write_text(sql, encoding="utf-8")
    return in_order(all_models(folder), MODEL_INPUTS)


def test_the_shipped_models_are_in_order():
    ordered = [m.name for m in in_order(all_models(), MODEL_INPUTS)]
    assert (
        ordered.index("dossier_asof")
        < ordered.index("II06_DATE")
        < ordered.index("dossier_daily")
        < ordered.index("indicator_value")
    )


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({"core__x": GOOD.replace("unit_register", "unit_registre")}, "did you mean unit_register"),
        ({"core__x": GOOD.replace("unit_register", "y"), "marts__y": GOOD}, "upwards"),
        ({"core__x": GOOD.replace("unit_register", "y"), "core__y": GOOD.replace("unit_register", "x")}, "reads itself"),
        ({"core__x": GOOD.replace("  -- a", "")}, "without a description"),
        ({"core__x": GOOD.replace("grain: a", "grain: b")}, "grain names no column"),
        ({"core__x": GOOD + "where valid_from < $as_of"}, "params"),
        ({"core__x": GOOD + "where dayofweek(a) = 1"}, r"core/x\.sql: line 6, DAYOFWEEK\(a\): .*join the calendar"),
        ({"core__x": "-- sentence: A.\nselect 1 as a  -- a"}, "header needs"),
        ({"core__x": GOOD.replace("select a", "selec a")}, "core/x.sql"),
    ],
)
def test_a_wrong_model_is_refused_by_name(tmp_path, models, said):
    with pytest.raises(ConfigError, match=said):
        write(tmp_path, **models)


def test_a_model_binds_the_day_and_the_settings_that_it_names(tmp_path):
    sql = "-- sentence: A.\n-- grain: a\n-- incremental: full\n-- params: as_of, few\nselect $few as a,  -- a\n$as_of as b  -- b"
    (model,) = write(tmp_path, core__x=sql)
    with duckdb.connect() as con:
        run_models(con, [model], date(2020, 1, 2), {"few": 3, "many": 4})
        assert con.execute("from x").fetchall() == [(3, date(2020, 1, 2))]
        with pytest.raises(ConfigError, match=r"core/x.sql: nothing sets its params few"):
            run_models(con, [model], date(2020, 1, 2))
