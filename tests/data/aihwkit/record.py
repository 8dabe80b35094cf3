"""Record means and standard deviations of aihwkit's inference noise (1.1.0, Apache-2.0).

python -m venv aw && aw/bin/pip install torch==2.13.0 numpy scipy scikit-learn tqdm requests
aw/bin/pip install --no-deps aihwkit==1.1.0
aw/bin/python tests/data/aihwkit/record.py

Each case is a device, a target conductance (microsiemens) and a time (seconds; none: right after
programming); a device that has aged has been read once, too.
"""

import json
from pathlib import Path

N = 4_000_000
DAY, MONTH = 86_400.0, 2_592_000.0
CASES = [
    *(("pcm-ibm", g, t) for g in (2.5, 12.5, 25.0) for t in (None, 3600.0, MONTH)),
    *(("pcm-hermes", g, t) for g in (2.07, 10.35, 20.7) for t in (None, 3600.0, MONTH)),
    *(("pcm-hermes-1", g, t) for g in (1.035, 5.175, 10.35) for t in (None, 3600.0, MONTH)),
    *(("reram-wan", g, t) for g in (4.0, 20.0, 40.0) for t in (None, DAY, 2 * DAY)),
    *(("reram-cmo", g, t) for g in (20.0, 50.0, 80.0) for t in (None, 3600.0, MONTH)),
]


def main():
    import torch
    from aihwkit.inference import PCMLikeNoiseModel
    from aihwkit.inference.noise.hermes import HermesNoiseModel
    from aihwkit.inference.noise.reram import ReRamCMONoiseModel, ReRamWan2022NoiseModel

    torch.manual_seed(1)
    models = {
        "pcm-ibm": PCMLikeNoiseModel(g_max=25.0),
        "pcm-hermes": HermesNoiseModel(num_devices=2),
        "pcm-hermes-1": HermesNoiseModel(num_devices=1),
        "reram-wan": ReRamWan2022NoiseModel(g_max=40.0),
        "reram-cmo": ReRamCMONoiseModel(g_min=9.0, g_max=88.2, acceptance_range=2),
    }
    found = []
    for name, target, time in CASES:
        model = models[name]
        wanted = torch.full((N,), target, dtype=torch.float64)
        g = model.apply_programming_noise_to_conductance(wanted)
        if time is not None:
            exponent = model.generate_drift_coefficients(wanted)
            g = model.apply_drift_noise_to_conductance(g, exponent, time)
        found.append(
            {"device": name, "target": target, "time": time, "mean": round(float(g.mean()), 6),
             "std": round(float(g.std()), 6)}
        )  # fmt: skip
    text = ",\n".join(json.dumps(case) for case in found)
    Path(__file__).with_name("moments.json").write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()
