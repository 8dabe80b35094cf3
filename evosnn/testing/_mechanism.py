"""The contract of a mechanism: shapes, ranges, reproducible and independent draws."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from evosnn.chips import Chip, load_chip
from evosnn.hardware import (
    AbstractMechanism,
    Instances,
    draw_instances,
    nominal_instances,
    parts_of,
    stream_key,
)
from evosnn.network import Network
from evosnn.packed_networks import join_networks
from evosnn.testing._common import check_table, example_network, require, snapshot

__all__ = ["check_mechanism"]

_ARRAYS = {  # name: (whether it is of synapses, dtype)
    "weight": (True, "float64"),
    "threshold": (False, "float64"),
    "firing": (False, "int8"),
    "leak": (False, "float64"),
    "delay": (True, "int32"),
    "broken": (False, "uint8"),
}


def check_mechanism(mechanism: AbstractMechanism, chip: Chip | None = None) -> None:
    """Check that a mechanism keeps its contract.

    Its table survives a campaign file; :meth:`~evosnn.hardware.AbstractMechanism.apply` keeps
    shapes and dtypes, returns finite parameters in range, and leaves the instances it is given
    alone; the same seed gives the same chips, whatever the number of chips, the other networks and
    NumPy's global random state; ``acts_at`` changes only at ``changes_at``.

    Args:
        mechanism: The mechanism, with options.
        chip: A chip that it acts on; RISP-127 if not given.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    chip = chip or load_chip("risp-127")
    require(
        isinstance(mechanism, AbstractMechanism),
        f"{type(mechanism).__name__} is no subclass of evosnn.hardware.AbstractMechanism",
    )
    check_table(mechanism)
    _check_times(mechanism)
    networks = [example_network(chip, 1), example_network(chip, 2)]
    _check_apply(mechanism, networks, chip)
    _check_draws(mechanism, networks, chip)


def _check_times(mechanism: AbstractMechanism) -> None:
    kind, changes = mechanism.kind, mechanism.changes_at
    ascending = all(a < b for a, b in pairwise(changes))
    require(
        ascending and all(t > 0 for t in changes),
        f"mechanism '{kind}': changes_at is {changes}; it takes ascending timesteps above 0",
    )
    for t in range(1, max(changes, default=0) + 3):
        changed = mechanism.acts_at(t) != mechanism.acts_at(t - 1)
        require(
            not changed or t in changes,
            f"mechanism '{kind}': acts_at changes at timestep {t}, which changes_at does not name",
        )


def _check_apply(mechanism: AbstractMechanism, networks: list[Network], chip: Chip) -> None:
    kind, packed = mechanism.kind, join_networks(networks)
    parts, key = parts_of(packed, chip), stream_key(np.random.SeedSequence(1), kind)
    n_neurons, n_synapses = packed.leak.size, packed.delay.size
    given = nominal_instances(networks, 3)
    changed = replace(  # as earlier mechanisms may leave it
        given,
        leak=np.tile(packed.leak, (3, 1)),
        delay=np.tile(packed.delay, (3, 1)),
        broken=np.zeros((3, n_neurons), np.uint8),
    )
    for instances in (given, changed):
        before = snapshot((instances, parts, key))
        found = mechanism.apply(instances, parts, key)
        require(
            snapshot((instances, parts, key)) == before,
            f"mechanism '{kind}': apply writes to the arrays it is given; return changed copies",
        )
        require(
            isinstance(found, Instances),
            f"mechanism '{kind}': apply returns {type(found).__name__}; it takes Instances",
        )
        _check_arrays(kind, found, 3, n_neurons, n_synapses)


def _check_arrays(kind: str, found: Instances, n: int, n_neurons: int, n_synapses: int) -> None:
    for name, (of_synapses, dtype) in _ARRAYS.items():
        array = getattr(found, name)
        if array is None and name not in ("weight", "threshold", "firing"):
            continue
        shape = (n, n_synapses if of_synapses else n_neurons)
        require(
            array.shape == shape and array.dtype == np.dtype(dtype),
            f"mechanism '{kind}': {name} is {array.dtype} of shape {array.shape}; it takes "
            f"{dtype} of shape {shape}",
        )
        require(
            np.isfinite(array).all(), f"mechanism '{kind}': {name} holds a value that is not finite"
        )
    require(
        np.isin(found.firing, (-1, 0, 1)).all(),
        f"mechanism '{kind}': firing holds something else than FIRES_NEVER, SOUND, FIRES_ALWAYS",
    )
    if found.leak is not None:
        require(
            ((found.leak >= 0) & (found.leak <= 1)).all(),
            f"mechanism '{kind}': a leak is outside 0..1",
        )
    if found.delay is not None:
        require((found.delay >= 1).all(), f"mechanism '{kind}': a delay is below 1 timestep")


def _check_draws(mechanism: AbstractMechanism, networks: list[Network], chip: Chip) -> None:
    kind, seed = mechanism.kind, np.random.SeedSequence(5)

    def draw(some: list[Network], n: int) -> Instances:
        return draw_instances(some, chip, [mechanism], n, seed)

    state = np.random.get_state()  # noqa: NPY002 - the global state is what is checked
    first = draw(networks, 4)
    np.random.set_state(state)  # noqa: NPY002
    np.random.random()  # noqa: NPY002
    again = draw(networks, 4)
    np.random.set_state(state)  # noqa: NPY002
    require(
        snapshot(first) == snapshot(again),
        f"mechanism '{kind}': the same seed gives other chips; draw with normals and uniforms of "
        "evosnn.hardware, and from nothing else",
    )
    require(
        snapshot(draw(networks, 7).chips(slice(0, 4))) == snapshot(first),
        f"mechanism '{kind}': more chips change the first ones",
    )
    neurons, synapses = slice(0, networks[0].n_neurons), slice(0, networks[0].n_synapses)
    require(
        snapshot(draw(networks[:1], 4)) == snapshot(first.networks(neurons, synapses)),
        f"mechanism '{kind}': a network's draws depend on the networks drawn beside it",
    )
