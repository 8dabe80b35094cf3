"""From the front to a choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evosnn.analysis import choose_network, within_limits
from evosnn.errors import SpecError


def report(*rows, objectives=("accuracy", "synapses", "resilience"), knee=0):
    return {
        "campaign": "run",
        "objectives": list(objectives),
        "networks": [
            {
                "id": f"n{k}", "knee": k == knee,
                "synapses": int(row[1]), "neurons": 9, "hidden": 2,
                "search": dict.fromkeys(objectives, 0.0) | {"synapses": row[1]},
                "expected": {n: v for n, v in zip(objectives, row, strict=True) if n != "synapses"},
            }
            for k, row in enumerate(rows)
        ],
    }  # fmt: skip


FRONT = report((0.5, 2, 0.5), (0.8, 4, 0.7), (0.9, 10, 0.85), (0.92, 20, 0.8), knee=1)


@pytest.mark.parametrize(
    ("weights", "limits", "chosen"),
    [
        ({}, {}, "n1"),
        ({"accuracy": 1}, {}, "n3"),
        ({"synapses": 1}, {}, "n0"),
        ({"resilience": 1}, {}, "n2"),
        ({"accuracy": 1, "synapses": 0.2}, {}, "n2"),
        ({"accuracy": 1}, {"synapses": 10}, "n2"),
        ({"accuracy": 1}, {"synapses": 9}, "n1"),
        ({}, {"accuracy": 0.9}, "n2"),
        ({}, {"neurons": 9, "accuracy": 0.92}, "n3"),
    ],
)
def test_what_weights_and_limits_choose(weights, limits, chosen):
    assert choose_network(FRONT, weights, limits) == chosen


def test_weights_by_hand():
    # Scaled: accuracy 0, 5/7, 20/21, 1; synapses 1, 8/9, 5/9, 0.
    worth = [0.2, 5 / 7 + 0.2 * 8 / 9, 20 / 21 + 0.2 * 5 / 9, 1.0]
    assert max(range(4), key=worth.__getitem__) == 2


@pytest.mark.parametrize(
    ("weights", "limits", "said"),
    [
        ({}, {"synapses": 1}, "no network has synapses at most 1; the nearest has 2"),
        (
            {},
            {"synapses": 4, "accuracy": 0.9},
            "no network within the other limits has accuracy at least 0.9; the nearest has 0.8",
        ),
        ({"acuracy": 1}, {}, "unknown objective of this campaign 'acuracy'; did you mean 'accura"),
        ({"energy": 1}, {}, "unknown objective of this campaign 'energy'"),
        ({"accuracy": 0}, {}, "weights take numbers of 0 or more, one above 0"),
        ({"accuracy": 1, "synapses": -1}, {}, "weights take numbers of 0 or more"),
    ],
)
def test_a_wrong_choice_is_one_sentence(weights, limits, said):
    with pytest.raises(SpecError, match=said):
        choose_network(FRONT, weights, limits)


def test_an_empty_front_is_said():
    with pytest.raises(SpecError, match="'run' has no front yet"):
        choose_network(report(), {}, {"synapses": 3})


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 30), st.floats(0, 1)), min_size=1),
    st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(0, 5)).filter(any),
)
def test_what_is_chosen_is_not_dominated_where_all_weights_count(rows, weights):
    front = report(*rows)
    names = front["objectives"]
    chosen = choose_network(front, dict(zip(names, (w + 0.1 for w in weights), strict=True)))
    mine = rows[int(chosen[1:])]
    tiny = 1e-9
    assert not any(r[0] > mine[0] + tiny and r[1] < mine[1] and r[2] > mine[2] + tiny for r in rows)


@given(st.integers(1, 25))
def test_limits_keep_what_they_say(most):
    kept = [n["id"] for n in FRONT["networks"] if n["synapses"] <= most]
    if kept:
        assert [n["id"] for n in within_limits(FRONT, {"synapses": most})] == kept
