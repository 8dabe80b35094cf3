"""Record currents of badcrossbar 1.1.0 (MIT) for some crossbars.

apt-get install libcairo2-dev pkg-config
python -m venv bc && bc/bin/pip install badcrossbar==1.1.0
bc/bin/python tests/data/badcrossbar/record.py
"""

import json
from pathlib import Path

import numpy as np

CASES = [
    (16, 16, 1.0, 1.0), (32, 32, 2.5, 0.35), (20, 33, 1.0, 3.0), (64, 64, 1.0, 1.0),
    (128, 32, 1.0, 1.0), (128, 128, 1.0, 1.0), (1, 5, 4.0, 2.0), (5, 1, 4.0, 2.0),
]  # fmt: skip


def conductances(rows, columns):
    """Between 1 and 100 uS, without a pattern that wires could hide in."""
    i, j = np.indices((rows, columns))
    return 1e-6 * (1 + (37 * i + 61 * j + 13 * i * j * j + 7 * i * i) % 100)


def voltages(rows):
    """Two sets of row voltages, in volt."""
    i = np.arange(rows)
    return np.stack([0.1 + (29 * i % 17) / 20, (53 * i % 11) / 10 - 0.5], axis=1)


def main():
    import badcrossbar

    found = []
    for rows, columns, r_row, r_column in CASES:
        solution = badcrossbar.compute(
            voltages(rows),
            1 / conductances(rows, columns),
            r_i_word_line=r_row,
            r_i_bit_line=r_column,
        )
        currents = np.array(solution.currents.output).tolist()
        found.append(
            {"rows": rows, "columns": columns, "r_row": r_row, "r_column": r_column,
             "currents": currents}
        )  # fmt: skip
    Path(__file__).with_name("currents.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
