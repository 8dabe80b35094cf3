"""Objectives by name: figures that depend on the chip, and one sentence for a mistake."""

import numpy as np
import pytest

from evosnn.assessment._area import estimate_area
from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.evolution import bind_objectives, objectives_by_name
from evosnn.network import Network
from evosnn.tasks import MostSpikesDecoder
from evosnn.tasks.control import SETTINGS, EpisodesSpec, build_control_task

RELAY = Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])


def _bound(name, chip_name):
    """An objective bound to a control task, which has no samples."""
    chip = load_chip(chip_name)
    task = build_control_task(
        "cartpole-easy",
        encoder=SETTINGS["cartpole-easy"].encoder,
        decoder=MostSpikesDecoder(),
        timesteps=24,
        chip=chip,
        seed=np.random.SeedSequence(0),
        episodes=EpisodesSpec(),
    )
    return bind_objectives(objectives_by_name([name]), task, chip)[0]


def test_area_is_the_estimate_for_the_chip():
    for name in ("risp-7", "risp-127"):
        area = _bound("area", name)
        assert area.value(RELAY, None) == estimate_area(RELAY, load_chip(name)) > 0
        assert area.cost(5.0) == 5.0


def test_a_mistake_gets_a_sentence():
    with pytest.raises(SpecError, match="unknown objective 'arae'; did you mean 'area'"):
        objectives_by_name(["arae"])
    with pytest.raises(SpecError, match="chip 'risp-f' computes with real numbers"):
        _bound("area", "risp-f")
    with pytest.raises(SpecError, match="chip 'caspian' has rules of its own"):
        _bound("area", "caspian")
    with pytest.raises(SpecError, match="is measured on samples; control task 'cartpole-easy'"):
        _bound("latency", "risp-7")
