"""Chooses how exported C stores spikes: a bit for each neuron, or a count."""

from __future__ import annotations

from evosnn.chips import spike_limits
from evosnn.export.common.plan import Plan

__all__ = ["spike_code"]

_ONCE = {
    "Whether": "Whether",
    "zero_or_one": ": 0 or 1",
    "a_bit": "a bit",
    "set": "set to 1 for each output that fires in this timestep, else to 0",
    "fired_then": "(uint8_t)((state->fired[then][neuron >> 3] >> (neuron & 7u)) & 1u)",
    "heard": "            if (fired_before(state, synapse_pre[synapse], "
    "synapse_delay[synapse]) != 0u) {\n",
    "delivered": "synapse_weight[synapse]",
    "when": "if",
    "note": "firing[i >> 3] = (uint8_t)(firing[i >> 3] | (1u << (i & 7u)));",
}
_OFTEN = {
    "Whether": "How often",
    "zero_or_one": "",
    "a_bit": "a number of spikes",
    "set": "set to how often each output fires in this timestep",
    "fired_then": "state->fired[then][neuron]",
    "heard": (
        "            const uint8_t times =\n"
        "                fired_before(state, synapse_pre[synapse], synapse_delay[synapse]);\n\n"
        "            if (times != 0u) {\n"
    ),
    "when": "while",
    "note": "++firing[i];",
}


def spike_code(plan: Plan, name: str) -> dict[str, object]:
    """Return the pieces of ``network.c.in`` and ``network.h.in`` that hold and count spikes.

    Args:
        plan: The network.
        name: Prefix of the identifiers.
    """
    n = plan.network.n_neurons
    if not plan.chip.neuron.several_spikes:
        return {**_ONCE, "bytes": -(-n // 8), "most_table": "", "may_again": ""}
    limits = "\n".join(f"    {most}," for most in spike_limits(plan.chip, plan.network).tolist())
    return {
        **_OFTEN,
        "bytes": n,
        "delivered": f"(({name}_charge)synapse_weight[synapse] * times)",
        "most_table": "\n/* How often each neuron fires in a timestep at most. */\n"
        f"static const uint8_t most[{name.upper()}_NEURONS] = {{\n{limits}\n}};\n",
        "may_again": "(firing[i] < most[i]) && ",
    }
