"""An engine, an operator and an objective of an installed package run in a campaign."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

PARTS = '''
"""A hill climber, an operator that inverts a weight, and the mean absolute weight."""

from typing import Literal

from evosnn.evolution import Engine, EngineSpec, Objective, Operator


class Climb(Engine):
    def __init__(self, breeder, size):
        self.breeder, self.size = breeder, size

    def ask(self, population, rng):
        if not population:
            yield from self.breeder.first(self.size, rng)
        seen = {member.network.key for member in population}
        for member in population:
            yield self.breeder.child(member.network, member.network, seen, rng)

    def tell(self, population, offspring, rng):
        both = [*population, *offspring]
        return sorted(both, key=lambda member: (member.shortfall, member.cost))[: self.size]


class ClimbSpec(EngineSpec):
    kind: Literal["climb"] = "climb"
    step: float = 1.0

    def build(self, breeder, population, objectives):
        return Climb(breeder, population)


class NoBuild(EngineSpec):
    kind: Literal["no-build"] = "no-build"


def invert_weight(network, space, rng):
    ends = list(network.synapses)
    end = ends[rng.integers(len(ends))]
    weight, delay = network.synapses[end]
    if not space.weight.low <= -weight <= space.weight.high:
        return False
    network.synapses[end] = (-weight, delay)
    return True


INVERT_WEIGHT = Operator(invert_weight, values_only=True)
MEAN_WEIGHT = Objective(
    "mean-weight", "mean absolute weight", "weight units", maximise=False, worst=127.0,
    value=lambda network, record: float(abs(network.weight).mean()),
)
'''

RUN = """
    import sys
    from evosnn.campaign import Campaign, parse_spec
    from pathlib import Path

    spec = parse_spec(
        {
            "task": "iris", "chip": "risp-127", "population": 8, "instances": 2, "trials": 2,
            "engine": {"kind": "climb", "step": 0.5},
            "variation": {"rates": {"invert-weight": 5.0}},
            "objectives": ["accuracy", "mean-weight"],
            "stop": {"generations": 3},
        },
        Path(), "a campaign",
    )
    campaign = Campaign.start(spec, Path(sys.argv[1]), 1)
    campaign.run()
    assert type(campaign.search.engine).__name__ == "Climb"
    last = campaign.store.statistics()[-1]
    assert set(last["best"]) == {"accuracy", "mean-weight"}
    made = [row["credit"].get("invert-weight", [0])[0] for row in campaign.store.statistics()]
    assert sum(made) > 0
"""


@pytest.fixture
def install(tmp_path):
    """Return a function that installs the parts under these entry points."""

    def installed(**points):
        (tmp_path / "my_parts.py").write_text(PARTS)
        info = tmp_path / "my_parts-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-parts\nVersion: 1.0\n")
        text = "".join(
            f"[evosnn.{group}]\n" + "".join(f"{line}\n" for line in lines)
            for group, lines in points.items()
        )
        (info / "entry_points.txt").write_text(text)

        def python(code, *arguments):
            path = os.pathsep.join([str(tmp_path), os.getcwd(), os.environ.get("PYTHONPATH", "")])
            return subprocess.run(
                [sys.executable, "-c", dedent(code), *arguments],
                env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
            )  # fmt: skip

        return python

    return installed


def test_parts_of_a_package_run_in_a_campaign(install, tmp_path):
    python = install(
        engines=["climb = my_parts:ClimbSpec"],
        operators=["invert-weight = my_parts:INVERT_WEIGHT"],
        objectives=["mean-weight = my_parts:MEAN_WEIGHT"],
    )
    ran = python(RUN, str(tmp_path / "run"))
    assert ran.returncode == 0, ran.stderr


def test_a_broken_or_misused_part_gets_one_sentence(install):
    python = install(
        engines=[
            "no-build = my_parts:NoBuild",
            "hill = my_parts:ClimbSpec",
            "stairs = my_parts:Climb",
            "climb = my_parts:ClimbSpec",
        ],
        objectives=["weight = my_parts:MEAN_WEIGHT"],
        operators=["twist = my_parts:Climb", "turn = my_parts:TURN"],
    )
    expected = {
        '{"engine": "no-build"}': "engine 'no-build' of package 'my-parts' does not define build",
        '{"engine": "hill"}': "engine 'hill' of package 'my-parts' takes 'kind: Literal",
        '{"engine": "stairs"}': "'my-parts' is no subclass of evosnn.evolution.EngineSpec",
        '{"engine": {"kind": "climb", "stepp": 2}}': "'engine.stepp'; did you mean 'step'?",
        '{"engine": {"step": 2}}': "engine: 'step' does nothing in 'nsga2'; it belongs to 'climb'",
        '{"objectives": ["accuracy", "weight"]}': "'my-parts' has the name 'mean-weight'; it takes",
        '{"variation": {"rates": {"twist": 1.0}}}': "'my-parts' is no evosnn.evolution.Operator",
        '{"variation": {"rates": {"turn": 1.0}}}': "of package 'my-parts' cannot be imported: Attr",
    }
    ran = python(
        """
        import json, sys
        from pathlib import Path
        from evosnn.campaign import parse_spec
        from evosnn.errors import EvosnnError

        for asked in sys.argv[1:]:
            try:
                parse_spec({"task": "iris", "chip": "risp-127", **json.loads(asked)}, Path(), "it")
            except EvosnnError as error:
                print(error)
        """,
        *expected,
    )
    assert ran.stderr == ""
    found = ran.stdout.splitlines()
    assert len(found) == len(expected)
    for line, sentence in zip(found, expected.values(), strict=True):
        assert sentence in line


def test_a_part_that_nothing_names_does_no_harm(install):
    python = install(
        engines=["no-build = my_parts:NoBuild"],
        operators=["twist = no_such_module:TWIST"],
        objectives=["weight = no_such_module:WEIGHT"],
    )
    ran = python("""
        from pathlib import Path
        from evosnn.campaign import parse_spec
        spec = parse_spec({"task": "iris", "chip": "risp-127"}, Path(), "a file")
        print(spec.engine.kind, len(spec.objectives))
    """)
    assert (ran.stdout, ran.stderr) == ("nsga2 3\n", "")
