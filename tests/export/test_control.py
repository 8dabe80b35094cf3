"""Control in C: what a network sees and does, closed over the environment, as simulated."""

import shutil
import subprocess

import numpy as np
import pytest
from numpy.random import SeedSequence

from evosnn.chips import load_chip
from evosnn.export import Subject, deployment_files, export_subject
from evosnn.tasks import ArgyleEncoder, FirstSpikeDecoder, FlipFlopEncoder, MostSpikesDecoder
from evosnn.tasks.control import EpisodesSpec, build_control_task, run_episodes
from evosnn.tasks.control._dynamics import advance, observe
from tests.networks import random_network

CHIP = load_chip("risp-7")
MOST, FIRST = MostSpikesDecoder(), FirstSpikeDecoder()


def make_subject(setting, encoder, decoder=MOST, seed=0):
    task = build_control_task(
        setting, encoder=encoder, decoder=decoder, timesteps=24, chip=CHIP, seed=SeedSequence(1),
        episodes=EpisodesSpec(train=1, validation=1, test=4, steps=60),
    )  # fmt: skip
    n = task.n_inputs + task.n_outputs + 2
    network = random_network(
        np.random.default_rng(seed), CHIP, neurons=n, synapses=4 * n, inputs=task.n_inputs,
        outputs=task.n_outputs, max_delay=4,
    )  # fmt: skip
    return Subject(network, CHIP, "the tests", task)


def returns_of(program, task):
    """Sums of rewards of the test episodes, with a program that is asked for each action."""
    code, seen = task.setting.environment.code, np.empty(len(task.setting.environment.observations))
    total = np.zeros(task.test.n_samples)
    with subprocess.Popen([program], stdin=-1, stdout=-1, text=True) as child:
        for k, start in enumerate(task.test.starts):
            child.stdin.write("\n")
            state = start[None, :].copy()
            for _ in range(task.test.steps):
                observe(code, state, 0, seen)
                shown = " ".join(repr(float(seen[i])) for i in task.setting.seen)
                child.stdin.write(f"{shown}\n")
                child.stdin.flush()
                reward, over = advance(code, state, 0, float(child.stdout.readline()))
                total[k] += reward
                if over:
                    break
    return total


@pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")
@pytest.mark.parametrize(
    ("setting", "encoder", "decoder"),
    [
        ("cartpole-medium", FlipFlopEncoder(), MOST),
        ("cartpole-hardest", ArgyleEncoder(), FIRST),
        ("acrobot", FlipFlopEncoder(bins=3, interval=2), MOST),
        ("pendulum", ArgyleEncoder(neurons=3, max_spikes=5), MOST),
    ],
)
def test_c_in_closed_loop_earns_what_was_simulated(tmp_path, setting, encoder, decoder):
    found, expected = [], []
    for seed in range(4):
        subject = make_subject(setting, encoder, decoder, seed)
        export_subject(subject, "c").write(tmp_path)
        sources = ["snn.c", "snn_control.c", "snn_control_main.c"]
        flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror"]
        subprocess.run(["gcc", *flags, *sources, "-lm", "-o", "snn"], cwd=tmp_path, check=True)
        found.append(returns_of(tmp_path / "snn", subject.control))
        ran = run_episodes(subject.control, [subject.network], subject.control.test, CHIP)
        expected.append(ran.returns[0, 0])
    assert (np.array(found) == np.array(expected)).all()
    if setting != "acrobot":  # whose every step costs the same until it is solved
        assert len(set(np.concatenate(expected).tolist())) > 3


def test_a_folder_to_deploy_from_says_how_to_see_and_act():
    subject = make_subject("pendulum", FlipFlopEncoder())
    files = deployment_files(subject, [export_subject(subject, t) for t in ("c", "risp")])
    for name in ("c/snn_control.h", "c/snn_control.c", "c/snn_control_main.c"):
        assert name in files
    guide = files["README.md"]
    for words in ("| velocity | -8.0 | 8.0 | 4 to 5 |", "Reset the network when an episode begins",
                  "0 = pull (-2), 1 = push (2)", "at an input is a charge of 7."):  # fmt: skip
        assert words in guide
    assert "came from a file" not in guide
