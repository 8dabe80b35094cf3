"""An objective: the mean absolute weight of a network."""

from evosnn.evolution import Objective

MEAN_WEIGHT = Objective(
    "mean-weight",
    label="mean absolute weight",
    unit="weight units",
    maximise=False,
    worst=127.0,
    value=lambda network, record: float(abs(network.weight).mean()),
)
