"""Short campaigns and commands whose output must stay the same from version to version.

They use the keys of version 0.1.0, which the recorded output is of: ``python -m
tests.digests.record FILE`` records the output of whichever version of evosnn is imported.
"""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

FAULTS = [{"kind": "dead-synapses", "rate": 0.1}, {"kind": "weight-variation", "sigma": 0.1}]
POLE = {"train": 3, "validation": 3, "test": 3, "steps": 40}
SMALL = {"population": 12, "instances": 3, "trials": 4, "stop": {"generations": 3}}


def case(task, chip, **more):
    return {**SMALL, "task": task, "chip": chip, **more}


CAMPAIGNS = {
    "nsga2": case("iris", "risp-127"),
    "sms-emoa": case("iris", "risp-127", engine="sms-emoa"),
    "age-moea2": case("wine", "risp-7", engine="age-moea2"),
    "nsga3": case("iris", "risp-15+", engine="nsga3"),
    "islands": case("iris", "risp-127", engine={"kind": "islands", "islands": 3, "interval": 2}),
    "eons": case(
        "iris", "risp-127", engine={"kind": "eons", "strangers": 0.2}, linear_starts=False
    ),
    "random": case("iris", "risp-127", engine="random"),
    "float": case("iris", "risp-f", mechanisms=FAULTS),
    "caspian": case("iris", "caspian", mechanisms=FAULTS),
    "loihi-1": case("iris", "loihi-1"),
    "truenorth": case("iris", "truenorth", linear_starts=False),
    "xylo": case("iris", "xylo-audio-2", linear_starts=False),
    "dynap": case("iris", "dynap-se2", linear_starts=False),
    "memristive": case("iris", "memristive-64", mechanisms=[{"kind": "crossbar"}, *FAULTS]),
    "devices": case(
        "iris", "memristive-64", mechanisms=[{"kind": "programming-noise", "device": "pcm-ibm"}]
    ),
    "bit-flips": case(
        "breast-cancer", "risp-127", mechanisms=[{"kind": "bit-flips", "rate": 0.05}]
    ),
    "no-faults": case("iris", "risp-127", mechanisms=[], objectives=["accuracy", "synapses"]),
    "random-starts": case(
        "wine", "risp-127", linear_starts=False,
        variation={"follow": 0.4, "means": 0.5, "more": 0.2},
    ),
    "polish": case("iris", "risp-127", variation={"polish": 0.3}),
    "screen": case("iris", "risp-127", instances=6, screen=2),
    "first-spike": case(
        "iris", "risp-127", decoder="first-spike", objectives=["accuracy", "latency", "synapses"]
    ),
    "rate": case("wine", "risp-127", encoder="rate"),
    "poisson": case("iris", "risp-127", encoder="poisson"),
    "probes": case(
        "iris", "risp-127", objectives=["accuracy", "single-fault-worst", "certified", "area"]
    ),
    "digits": case("digits", "risp-127", jitter={"copies": 2, "sigma": 0.05}),
    "cartpole-easy": case("cartpole-easy", "risp-7", episodes=POLE),
    "cartpole-hardest": case("cartpole-hardest", "risp-f", episodes=POLE, variation={"polish": 0}),
    "mountain-car": case(
        "mountain-car", "risp-127", episodes={**POLE, "steps": 60}, mechanisms=FAULTS
    ),
    "series": case(
        {"series": "series.csv", "label": "state", "window": 8, "stride": 4}, "risp-127",
        encoder={"kind": "delta", "delta": 0.1}, timesteps=32,
    ),
    "delivery-noise": case(
        "iris", "risp-7", mechanisms=[{"kind": "delivery-noise", "sigma": 0.1}]
    ),
    "own-chip": case("iris", "own.toml", mechanisms=FAULTS),
}  # fmt: skip
QUICK = ("nsga2", "eons", "cartpole-easy")
READ = {
    "assess": ("nsga2", "cartpole-easy", "memristive", "xylo"),
    "sensitivity": ("float", "devices"),
    "check": ("nsga2", "cartpole-easy", "series"),
}
OPTIONS = {
    "assess": ("--id", "knee", "--trials", 3),
    "sensitivity": ("--trials", 3),
    "check": (),
}
COMPARED = (("nsga2", "sms-emoa", "random"), ("first-spike", "polish"))
EXPORTED = (
    "nsga2", "float", "caspian", "loihi-1", "truenorth", "xylo", "memristive", "first-spike",
    "cartpole-easy", "mountain-car",
)  # fmt: skip
TARGETS = (
    "risp", "caspian", "ucaspian", "loihi", "c", "verilog", "nir", "superneuromat", "brian2",
    "pynn", "spinnaker", "graphml",
)  # fmt: skip


OWN_CHIP = """name = "own"
description = "A chip of a user's own"
source = "Invented for this test"
arithmetic = "integer"
spike_value = 20

[neuron]
threshold = { min = 0, max = 30 }
min_potential = -40
leak = [0, 1]

[synapse]
weight = { min = -20, max = 20 }
delay = { min = 1, max = 9 }
"""


def call(*words):
    """Run a command in this process and return its standard output, or its refusal."""
    from evosnn.cli._main import app
    from evosnn.errors import EvosnnError

    result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, EvosnnError):
        return f"refused: {type(result.exception).__name__}"
    problems = words[0] == "check" and result.exit_code == 2  # it prints them, and says so
    assert result.exit_code == 0 or problems, (words, result.output, result.exception)
    return result.stdout


def write_series(folder):
    rows = [
        f"{(t * 7 % 11) / 10},{(t * t) % 5},{'high' if t // 20 % 2 else 'low'}" for t in range(400)
    ]
    (folder / "series.csv").write_text("\n".join(["a,b,state", *rows]) + "\n")


def run(name, folder):
    """Run a campaign and return its folder."""
    import tomllib

    if isinstance(CAMPAIGNS[name]["task"], dict):
        write_series(folder)
    if CAMPAIGNS[name]["chip"] == "own.toml":
        (folder / "own.toml").write_text(OWN_CHIP)
    file = folder / f"{name}.toml"
    file.write_text(to_toml(CAMPAIGNS[name]))
    assert tomllib.loads(file.read_text()) == CAMPAIGNS[name]
    said = call("run", file, "--out", folder / name, "--quiet", "--workers", 1)
    assert not said.startswith("refused"), f"{name}: {said}"
    return folder / name


def to_toml(data):
    """Return campaign data as TOML: values first, inline tables for the rest."""
    return "\n".join(f"{key} = {inline(value)}" for key, value in data.items()) + "\n"


def inline(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return json.dumps(value)


def plain(text, folder):
    """Return output without what differs from run to run: folders, times, last digits."""
    try:
        return rounded(json.loads(text.replace(str(folder), "FOLDER")))
    except ValueError:
        return text.replace(str(folder), "FOLDER")


def rounded(value, key=""):
    if isinstance(value, dict):
        return {k: rounded(v, k) for k, v in value.items() if k not in ("seconds", "evosnn")}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def commands(name, folder):
    """Return the output of the reading commands on one campaign, by command."""
    place = run(name, folder)
    found = {
        "front": call("front", place, "--json"),
        "front-csv": call("front", place, "--csv"),
        "status": call("status", place, "--json"),
        "show": call("show", place, "--id", "knee", "--json"),
        "lineage": call("show", place, "--id", "knee", "--lineage", "--json"),
    }
    for command, names in READ.items():
        if name in names:
            found[command] = call(command, place, *OPTIONS[command], "--json")
    plainly = {command: plain(text, folder) for command, text in found.items()}
    if "check" in plainly:  # the figures in its sentences: their words may change
        plainly["check"] = [re.findall(r"\d+", each) for each in plainly["check"]["problems"]]
    return plainly


def comparison(names, folder):
    """Return what ``compare`` prints of several campaigns, with their common front."""
    places = [run(name, folder) for name in names]
    return plain(call("compare", *places, "--merge", "--json"), folder)


def exports(name, folder):
    """Return every file of every target for the knee of one campaign, or the refusal."""
    place, found = run(name, folder), {}
    for target in TARGETS:
        out = folder / f"{name}-{target}"
        said = call("export", place, "--to", target, "--no-verify", "-o", out)
        if said.startswith("refused"):
            found[target] = said
            continue
        files = sorted(out.rglob("*")) if out.is_dir() else [out]
        for file in files:
            if file.is_file():
                found[f"{target}/{file.name}"] = content(file)
    return found


def content(file):
    data = file.read_bytes()
    if data.startswith(b"\x89HDF"):  # its layout depends on the library's version
        return datasets(file)
    return re.sub(r"EvoSNN \d+\.\d+\.\d+", "EvoSNN", data.decode("utf-8", "replace"))


def datasets(file):
    """Return the values in an HDF5 file by path, without the versions of libraries."""
    import h5py

    found = {}

    def note(path, item):
        if isinstance(item, h5py.Dataset) and path.rpartition("/")[2] != "version":
            value = item[()]
            text = value.decode() if isinstance(value, bytes) else repr(value.tolist())
            found[path] = f"{item.dtype} {item.shape} {text}"

    with h5py.File(file) as opened:
        opened.visititems(note)
    return found


def version_free(folder):
    del folder
    return {command: json.loads(call(command, "--json")) for command in ("chips", "tasks")}


def fresh(path):
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path
