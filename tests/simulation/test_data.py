"""Stimuli from spike times."""

import numpy as np
import pytest

from evosnn.errors import SpecError
from evosnn.simulation import Stimulus


def test_spikes_become_charges_where_and_when_they_say():
    spikes = [(0, 1, 2, 3.0), (1, 0, 0, 1.0), (0, 1, 2, 0.5), (1, 1, 3, 0.0)]
    stimulus = Stimulus.from_spikes(spikes, timesteps=4, n_inputs=2, n_samples=2)
    assert stimulus.charge[2, 1, 0] == 3.5
    assert stimulus.charge[0, 0, 1] == 1.0
    assert stimulus.charge.sum() == 4.5
    assert np.argwhere(stimulus.event).tolist() == [[0, 0, 1], [2, 1, 0], [3, 1, 1]]


@pytest.mark.parametrize(
    ("spike", "sentence"),
    [
        ((2, 0, 0, 1.0), "sample is 2; it takes 0..1"),
        ((0, -1, 0, 1.0), "input is -1; it takes 0..1"),
        ((0, 0, 4, 1.0), "timestep is 4; it takes 0..3"),
    ],
)
def test_a_spike_out_of_range_is_refused(spike, sentence):
    with pytest.raises(SpecError, match=sentence):
        Stimulus.from_spikes([spike], timesteps=4, n_inputs=2, n_samples=2)
