"""A small campaign that the tests of this folder read."""

import pytest

import evosnn

SPEC = {
    "task": "iris",
    "chip": "risp-127",
    "population": 20,
    "instances": 4,
    "trials": 8,
    "stop": {"generations": 6},
}


@pytest.fixture(scope="session")
def campaign(tmp_path_factory):
    return evosnn.run(SPEC, tmp_path_factory.mktemp("api") / "iris", threads=2)
