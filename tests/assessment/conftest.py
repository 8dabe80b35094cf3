"""The task and the network that most tests of the assessment share."""

import pytest

from tests.assessment.benches import make_bench, make_network


@pytest.fixture(scope="session")
def bench():
    return make_bench()


@pytest.fixture(scope="session")
def iris_network(bench):
    return make_network(bench)
