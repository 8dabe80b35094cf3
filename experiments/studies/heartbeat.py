"""Make a series with anomalies: beats like those of an electrocardiogram, some of them early.

A beat is five Gaussian bumps (P, Q, R, S, T), as in McSharry, Clifford, Tarassenko and Smith,
"A dynamical model for generating synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng.
50(3):289, 2003, whose places, heights and widths it takes, drawn straight onto time. An
anomalous beat comes early, has no P, and a wide R that is followed by an inverted T, as a
premature ventricular contraction. Noise, a wandering baseline and uneven intervals hide them.

    python experiments/studies/heartbeat.py            # writes experiments/data/heartbeat.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

RATE = 50  # samples a second
SECONDS_A_BEAT = 0.8
WAVES = np.array(  # place (share of a beat), height, width (share of a beat)
    [(-0.167, 0.12, 0.040), (-0.042, -0.17, 0.016), (0.0, 1.0, 0.016), (0.042, -0.25, 0.016),
     (0.25, 0.25, 0.064)]
)  # fmt: skip
EARLY_WAVES = np.array([(0.0, 0.8, 0.050), (0.14, -0.35, 0.05), (0.30, -0.2, 0.07)])


def series(beats: int, rate: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the signal (mV) and whether each instant belongs to an anomalous beat."""
    rng = np.random.default_rng(seed)
    early = rng.random(beats) < rate
    gap = SECONDS_A_BEAT * rng.normal(1.0, 0.05, beats) * np.where(early, 0.7, 1.0)
    gap[1:] *= np.where(early[:-1], 1.2, 1.0)  # the pause after it
    peak = np.cumsum(gap)
    time = np.arange(int((peak[-1] + SECONDS_A_BEAT) * RATE)) / RATE
    signal = 0.05 * np.sin(2 * np.pi * 0.25 * time) + rng.normal(0, 0.03, time.size)
    label = np.zeros(time.size, np.int64)
    for at, odd in zip(peak, early, strict=True):
        near = slice(max(0, int((at - 1) * RATE)), int((at + 1) * RATE))  # beyond it is nothing
        for place, height, width in EARLY_WAVES if odd else WAVES:
            away = (time[near] - at) / SECONDS_A_BEAT - place
            signal[near] += height * np.exp(-(away**2) / (2 * width**2))
        if odd:
            label[(time >= at - 0.05) & (time < at + 0.3)] = 1
    return signal, label


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--beats", type=int, default=900)
    parser.add_argument("--rate", type=float, default=0.12, help="share of anomalous beats")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "-o", type=Path, default=Path(__file__).parents[1] / "data" / "heartbeat.csv"
    )
    given = parser.parse_args()
    signal, label = series(given.beats, given.rate, given.seed)
    lines = [
        f"{k},{value:.3f},{odd}" for k, (value, odd) in enumerate(zip(signal, label, strict=True))
    ]
    given.o.write_text("\n".join(["instant,millivolt,anomaly", *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
