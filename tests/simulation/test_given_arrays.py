"""Arrays that a caller gives are checked before compiled code reads them."""

from dataclasses import replace

import numpy as np
import pytest

from evosnn.errors import SpecError
from evosnn.hardware import nominal_instances
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from tests.networks import make_chip

NETWORK = Network.create(threshold=[1, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 1, 1)])


@pytest.mark.parametrize(
    ("charge", "event", "sentence"),
    [
        ((3, 1), None, r"charge has shape \(3, 1\)"),
        ((3, 1, 2), (3, 1, 1), r"event has shape \(3, 1, 1\); it takes charge's"),
        ((3, 1, 2), (2, 1, 2), "event has shape"),
    ],
)
def test_a_stimulus_of_wrong_shapes_is_refused(charge, event, sentence):
    with pytest.raises(SpecError, match=sentence):
        Stimulus(np.zeros(charge), None if event is None else np.zeros(event, bool))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold": np.ones((1, 3))}, r"threshold of the instances has shape \(1, 3\)"),
        ({"firing": np.zeros((2, 2), np.int8)}, r"these networks take \(1, 2\)"),
        ({"weight": np.ones((1, 9))}, "weight of the instances"),
        ({"delay": np.ones((1, 2), np.int32)}, "delay of the instances"),
        ({"delay": np.array([[-4]], np.int32)}, "a delay of the instances is -4"),
    ],
)
def test_instances_of_other_networks_are_refused(change, sentence):
    stimulus, chip = Stimulus(np.ones((4, 1, 1))), make_chip()
    instances = nominal_instances([NETWORK], 1)
    for given in (
        replace(instances, **change),
        replace(instances, later=((2, replace(instances, **change)),)),
    ):
        with pytest.raises(SpecError, match=sentence):
            simulate([NETWORK], stimulus, chip, given)
