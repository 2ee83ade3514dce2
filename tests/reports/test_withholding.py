"""No small count of a public page can be found from what it shows: tried by exact elimination and by bounds."""

from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.page.withholding import Cell, withheld

SMALLEST = 5
KINDS = ("met", "missed", "all")


def cell(members: list[tuple[int, int, str]]) -> Cell:
    """A figure of these units: (met, all, name)."""
    names = [name for *_, name in members]
    return Cell(
        sum(met for met, *_ in members),
        sum(count for _, count, _ in members),
        {("met", name): 1 for name in names},
        {("all", name): 1 for name in names},
    )


def counts(figure: Cell) -> dict[str, int]:
    return {"met": figure.numerator, "missed": figure.denominator - figure.numerator, "all": figure.denominator}


def sums(figure: Cell) -> dict[str, dict]:
    missed = {**figure.all, **{part: -times for part, times in figure.met.items()}}
    return {"met": dict(figure.met), "missed": missed, "all": dict(figure.all)}


def eliminated(equations: list[dict]) -> list[tuple[object, dict]]:
    """The equations in echelon form, in fractions: each with the part it leads with."""
    solved: list[tuple[object, dict]] = []
    for equation in equations:
        rest = reduced(equation, solved)
        if rest:
            lead = min(rest, key=repr)
            solved.append((lead, {part: times / rest[lead] for part, times in rest.items()}))
    return solved


def reduced(equation: dict, solved: list[tuple[object, dict]]) -> dict:
    rest = {part: Fraction(times) for part, times in equation.items()}
    for lead, row in solved:
        if factor := rest.get(lead, 0):
            for part, times in row.items():
                rest[part] = rest.get(part, 0) - factor * times
    return {part: times for part, times in rest.items() if times}


def found_by_subtraction(cells: list[Cell], hidden: set[int], known: list[dict]) -> list[tuple[int, str]]:
    """The small counts that are a sum or difference of what is shown."""
    shown = [figure for place, figure in enumerate(cells) if place not in hidden]
    solved = eliminated([each for figure in shown for each in (figure.met, figure.all)] + known)
    return [
        (place, kind)
        for place, figure in enumerate(cells)
        for kind in KINDS
        if 0 < counts(figure)[kind] < SMALLEST and not reduced(sums(figure)[kind], solved)
    ]


def narrowest(cells: list[Cell], hidden: set[int]) -> dict[tuple, list[float]]:
    """The bounds of every count of a unit that follow from the shown figures and from no count being below none."""
    bounds = {(kind, name): [0, float("inf")] for figure in cells for _, name in figure.all for kind in ("met", "missed")}
    equations = [
        ([(kind, name) for _, name in figure.all], counts(figure)[kind])
        for place, figure in enumerate(cells)
        for kind in ("met", "missed")
        if place not in hidden
    ]
    moved = True
    while moved:
        moved = False
        for parts, whole in equations:
            for part in parts:
                others = [bounds[other] for other in parts if other != part]
                low = max(bounds[part][0], whole - sum(high for _, high in others))
                high = min(bounds[part][1], whole - sum(low for low, _ in others))
                moved |= [low, high] != bounds[part]
                bounds[part] = [low, high]
    return bounds


units = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@st.composite
def districts(draw) -> list[Cell]:
    """A district, its two levels, every unit in them: what target_status publishes of a year."""
    levels = draw(st.lists(st.lists(units, min_size=1, max_size=5), min_size=1, max_size=2))
    named = [[(*unit, f"{level}.{at}") for at, unit in enumerate(of)] for level, of in enumerate(levels)]
    own = [(*draw(units), "own")] if draw(st.booleans()) else []
    every = [unit for of in named for unit in of]
    found = [cell(every + own)] + [cell(of) for of in named if draw(st.booleans())] + [cell([unit]) for unit in every]
    return [found[at] for at in draw(st.permutations(range(len(found))))]


@settings(deadline=None, max_examples=300)
@given(districts())
@example([cell([(40, 43, "a"), (90, 100, "b")]), cell([(40, 43, "a")]), cell([(90, 100, "b")])])
def test_no_small_count_is_found_by_subtraction(cells):
    hidden = withheld(cells, SMALLEST)
    assert not found_by_subtraction(cells, hidden, [])
    assert {place for place, figure in enumerate(cells) if any(0 < n < SMALLEST for n in counts(figure).values())} <= hidden
    assert not [place for place in hidden if not cells[place].denominator]


@settings(deadline=None, max_examples=300)
@given(districts())
def test_no_small_count_is_pinned_between_its_bounds(cells):
    bounds = narrowest(cells, withheld(cells, SMALLEST))
    for figure in cells:
        for kind in ("met", "missed"):
            if 0 < counts(figure)[kind] < SMALLEST:
                within = [bounds[kind, name] for _, name in figure.all]
                assert sum(low for low, _ in within) < sum(high for _, high in within)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(units, min_size=3, max_size=3), min_size=2, max_size=4))
def test_neither_months_nor_units_give_a_small_count_away(table):
    """Units by rows, months by columns, with the sums of both, and the whole."""
    named = [[(*pair, f"{row}.{column}") for column, pair in enumerate(of)] for row, of in enumerate(table)]
    cells = [cell([pair]) for of in named for pair in of]
    cells += [cell(of) for of in named] + [cell(list(of)) for of in zip(*named, strict=True)]
    cells.append(cell([pair for of in named for pair in of]))
    assert not found_by_subtraction(cells, withheld(cells, SMALLEST), [])


@settings(deadline=None, max_examples=200)
@given(st.lists(units, min_size=2, max_size=5), st.lists(st.integers(0, 30), min_size=5, max_size=5))
def test_a_denominator_shared_by_two_indicators_gives_nothing_away(of_units, online):
    """The same dossiers under two conditions: one indicator's denominators must not solve the other's."""
    cells = []
    for name in ("in_time", "online"):
        of = [
            (met if name == "in_time" else min(more, count), count, str(at))
            for at, ((met, count), more) in enumerate(zip(of_units, online, strict=False))
        ]
        for members in [of, *([unit] for unit in of)]:
            figure = cell(members)
            cells.append(figure._replace(met={(name, part): times for (_, part), times in figure.met.items()}))
    assert not found_by_subtraction(cells, withheld(cells, SMALLEST), [])


def test_a_year_and_its_months_are_known_to_add_up():
    year = cell([(100, 120, "year")])
    months = [cell([pair]) for pair in [(30, 33, "1"), (30, 37, "2"), (40, 50, "3")]]
    known = [{(kind, name): 1 if name != "year" else -1 for name in ("1", "2", "3", "year")} for kind in ("met", "all")]
    cells = [year, *months]
    hidden = withheld(cells, SMALLEST, known)
    assert found_by_subtraction(cells, {1}, known) == [(1, "missed")]
    assert not found_by_subtraction(cells, hidden, known)
    assert hidden == {1, 2}


def test_the_partner_of_a_small_count_is_the_smallest_in_which_it_can_hide():
    of = [(40, 42, "a"), (60, 60, "b"), (70, 77, "c"), (600, 700, "d")]
    cells = [cell(of), *(cell([unit]) for unit in of)]
    assert withheld(cells, SMALLEST) == {1, 3}


def test_what_is_large_or_nothing_is_shown():
    of = [(40, 50, "a"), (0, 0, "b"), (0, 9, "c"), (8, 8, "d")]
    assert withheld([cell(of), *(cell([unit]) for unit in of)], SMALLEST) == set()
