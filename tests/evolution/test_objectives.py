"""Objectives by name: figures that depend on the chip, and mistakes."""

import pytest

from evosnn.assessment._area import estimate_area
from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.evolution import objectives_by_name
from evosnn.network import Network

RELAY = Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])


def test_area_is_the_estimate_for_the_chip():
    for name in ("risp-7", "caspian"):
        chip = load_chip(name)
        (area,) = objectives_by_name(["area"], chip)
        assert area.value(RELAY, None) == estimate_area(RELAY, chip) > 0
        assert area.cost(5.0) == 5.0


def test_a_mistake_gets_a_sentence():
    with pytest.raises(SpecError, match="unknown objective 'arae'; did you mean 'area'"):
        objectives_by_name(["arae"], load_chip("risp-7"))
    with pytest.raises(SpecError, match="chip 'risp-f' computes with real numbers"):
        objectives_by_name(["area"], load_chip("risp-f"))
    with pytest.raises(SpecError, match="depends on the chip"):
        objectives_by_name(["area"])[0].value(RELAY, None)
