"""Devices and pairs of them against the distributions that they are published with."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from evosnn.hardware import DEVICES, ProgrammingNoise, draw_instances
from evosnn.network import Network
from tests.networks import make_chip

N = 200_000
RNG = np.random.default_rng(0)
Z = [RNG.standard_normal(N) for _ in range(3)]
DAY = 86_400.0

# Moments of aihwkit's devices, recorded by tests/data/aihwkit/record.py.
AIHWKIT = json.loads((Path(__file__).parents[1] / "data" / "aihwkit" / "moments.json").read_text())

# Errors right after programming at some targets, worked out by hand from the published fits.
PUBLISHED = {
    "pcm-ibm": [(25.0, 1.05538), (20.0, 1.084696), (12.5, 0.952705), (0.0, 0.26348)],
    "pcm-hermes": [(20.7, 1.09269), (10.35, 0.98702), (0.0, 0.16603)],
    "pcm-hermes-1": [(10.35, 1.00737), (5.175, 0.86531)],
    "pcm-joshi": [(25.0, 1.06552), (12.5, 0.95528)],
    "reram-wan": [(40.0, 1.103), (20.0, 2.0230)],
    "reram-milo": [(50.0, 4.32697), (225.0, 2.73325)],
    "reram-cmo": [(9.0, 0.112831), (88.2, 1.007021)],
    "sonos": [(1500.0, 19.885981), (176.3, 12.57285)],
    "pcm-pulsed": [],  # below, pulse by pulse
    "ideal": [(1.0, 0.0), (0.0, 0.0)],
}


def rectified(mean, std):
    """Mean and standard deviation of max(0, normal)."""
    if std == 0:
        return mean, 0.0
    a = mean / std
    first = mean * stats.norm.cdf(a) + std * stats.norm.pdf(a)
    second = (mean**2 + std**2) * stats.norm.cdf(a) + mean * std * stats.norm.pdf(a)
    return first, math.sqrt(second - first**2)


def clipped(mean, std, low, high):
    """Mean and standard deviation of a normal cut to low..high, by quadrature."""
    z = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    values = np.clip(mean + std * z, low, high)
    return values.mean(), values.std()


def assert_close(values, mean, std):
    assert values.mean() == pytest.approx(mean, rel=0.01, abs=0.01 * std)
    assert values.std() == pytest.approx(std, rel=0.01)


def test_every_preset_is_checked():
    assert set(PUBLISHED) == set(DEVICES)
    for name, device in DEVICES.items():
        assert device.name == name
        assert 0 <= device.g_min < device.g_max
        assert device.source


@pytest.mark.parametrize(
    ("name", "target", "sigma"),
    [(name, *point) for name, points in PUBLISHED.items() for point in points],
)
def test_programming_errors_are_the_published_ones(name, target, sigma):
    g = DEVICES[name].program(np.full(N, target), Z[0])
    assert_close(g, *rectified(target, sigma))


@pytest.mark.parametrize(
    "case", AIHWKIT, ids=lambda case: f"{case['device']}-{case['target']}-{case['time']}"
)
def test_devices_are_those_of_aihwkit(case):
    device, target = DEVICES[case["device"]], np.full(N, case["target"])
    g = device.program(target, Z[0])
    if case["time"] is not None:
        g = device.age(target, Z[0], Z[1], case["time"])
        if case["device"] != "reram-wan":  # which has no noise of reading
            g = device.read(device.program(target, Z[0]), g, Z[2], case["time"])
    assert_close(g, case["mean"], case["std"])


@pytest.mark.parametrize(("days", "sigma"), [(1, 3.909), (2, 3.929125)])
def test_wan_s_errors_at_later_times(days, sigma):
    aged = DEVICES["reram-wan"].age(np.full(N, 20.0), Z[0], Z[1], days * DAY)
    assert_close(aged, *rectified(20.0, sigma))
    off = DEVICES["reram-wan"].age(np.zeros(N), Z[0], Z[1], days * DAY)
    assert_close(off, *rectified(0.0, {1: 0.701, 2: 0.782}[days]))


def test_sonos_drifts_and_its_errors_grow_by_the_day():
    # Means of the published polynomials at 900 nA, evaluated term by term.
    for day, (drift, a, b) in {
        0: (0.0, 19.89, 176.3), 1: (-27.54, 25.59, 186.9), 5: (-42.93, 34.58, 207.3),
    }.items():  # fmt: skip
        aged = DEVICES["sonos"].age(np.full(N, 900.0), Z[0], Z[1], day * DAY)
        mean = 900.0 + drift
        assert aged.mean() - 900 == pytest.approx(drift, abs=0.2)
        assert_close(aged, mean, a * (1 - math.exp(-mean / b)))


def pulsed(n):
    """Mean and standard deviation of a device after pulses, its density carried on a grid.

    Nandakumar et al. 2018, the published recursion; clipped to 0.1..12 uS at every pulse.
    """
    edges = np.linspace(0.1, 12, 1201)
    g = np.concatenate([[0.1], (edges[1:] + edges[:-1]) / 2, [12.0]])
    mass = np.zeros(g.size)
    mass[1:-1] = np.diff(stats.norm.cdf(edges, 0.1, 0.01))
    mass[0] = 1 - mass.sum()
    for pulse in range(1, n + 1):
        p = math.exp(-pulse / 2.6)
        mean = g - 0.084 * g + 0.880 + 1.40 * p
        std = 0.091 * g + 0.26 + 2.15 * p
        below = stats.norm.cdf((edges - mean[:, None]) / std[:, None])
        moved = np.concatenate([below[:, :1], np.diff(below, axis=1), 1 - below[:, -1:]], axis=1)
        mass = mass @ moved
    first = mass @ g
    return first, math.sqrt(mass @ g**2 - first**2)


@pytest.mark.parametrize(("target", "n"), [(3.0, 1), (5.0, 3), (9.0, 14)])
def test_pulses_add_up_to_the_published_distribution(target, n):
    device = DEVICES["pcm-pulsed"]
    assert device.pulses == 15
    assert device.pulses_to(np.array(target)) == n
    z = np.random.default_rng(1).standard_normal((device.pulses, N))
    fresh = device.program(np.full(N, target), z)
    assert_close(fresh, *pulsed(n))
    month = 30 * DAY
    aged = device.age(np.full(N, target), z, Z[1], month)
    np.testing.assert_allclose(aged, fresh * ((month + 38.6) / 38.6) ** -0.04)
    five = np.full(N, 5.0)
    assert_close(device.read(five, five, Z[2], 0.0), 5.0, 0.03 * 5 + 0.13)


def test_without_a_pulse_a_device_stays_reset():
    device = DEVICES["pcm-pulsed"]
    z = np.random.default_rng(1).standard_normal((device.pulses, N))
    assert_close(device.program(np.full(N, 0.1), z), 0.1, 0.01)


def folded_power(mean, std, span):
    """Mean and mean square of exp(-span |normal|)."""

    def moment(s):
        left = math.exp(-s * mean + (s * std) ** 2 / 2) * stats.norm.cdf(mean / std - s * std)
        right = math.exp(s * mean + (s * std) ** 2 / 2) * stats.norm.cdf(-mean / std - s * std)
        return left + right

    return moment(span), moment(2 * span)


@pytest.mark.parametrize(
    ("name", "x", "nu", "spread", "t0"),
    [
        ("pcm-ibm", 1.0, 0.049, 0.008, 20.0),
        ("pcm-ibm", 0.1, 0.0600900, 0.0228823, 20.0),
        ("pcm-ibm", 0.001, 0.1, 0.045, 20.0),
        ("pcm-hermes", 1.0, 0.0174, 0.0048, 300.0),
        ("pcm-hermes", 0.08, 0.0795457, 0.0238512, 300.0),
        ("pcm-hermes-1", 0.2, 0.069336, 0.0170133, 200.0),
        ("pcm-hermes-1", 0.5, 0.0564, 0.012075, 200.0),
    ],
)
def test_drift_is_a_power_law_with_a_folded_normal_exponent(name, x, nu, spread, t0):
    device = DEVICES[name]
    target = np.full(N, x * device.g_max)
    month = 30 * DAY
    fresh = device.program(target, Z[0])
    aged = device.age(target, Z[0], Z[1], month)
    kept = aged[fresh > 0] / fresh[fresh > 0]
    first, second = folded_power(nu, spread, math.log((month + t0) / t0))
    assert_close(kept, first, math.sqrt(second - first**2))
    np.testing.assert_array_equal(device.age(target, Z[0], Z[1], 0.0), fresh)


@pytest.mark.parametrize(
    ("name", "g", "q", "t_read", "t0"),
    [
        ("pcm-ibm", 25.0, 0.0088, 250e-9, 20.0),
        ("pcm-ibm", 2.5, 0.0088 / 0.1**0.65, 250e-9, 20.0),
        ("pcm-hermes", 20.7, 0.0123, 512e-9, 300.0),
        ("pcm-hermes-1", 10.35, 0.0168, 512e-9, 200.0),
    ],
)
def test_read_noise_grows_with_the_logarithm_of_time(name, g, q, t_read, t0):
    device = DEVICES[name]
    g = np.full(N, g)
    for time in (0.0, 3600.0):
        sigma = q * math.sqrt(math.log((time + t0 + t_read) / (2 * t_read)))
        read = device.read(g, 0.5 * g, Z[2], time)
        assert_close(read, *rectified(0.5 * g[0], 0.5 * g[0] * sigma))


def test_an_hour_of_read_noise_as_measured_with_aihwkit():
    device = DEVICES["pcm-ibm"]
    for g, relative in ((2.5, 0.187), (12.5, 0.066), (25.0, 0.042)):
        target = np.full(N, g)
        read = device.read(target, target, Z[2], 3600.0)
        assert read.std() / g == pytest.approx(relative, abs=0.001)


def test_filaments_relax_alike_at_every_level():
    device = DEVICES["reram-cmo"]
    hour = math.log(3600)
    target = np.full(N, 50.0)
    aged = device.age(target, Z[0], Z[1], 3600.0)
    spread = 0.41183342 + 0.04201137 * hour
    programming = 0.0112185391 + 0.01129027418 * 50
    assert_close(aged, 50.0 - 0.08900206 * hour, math.hypot(spread, programming))
    low = device.age(np.full(N, 9.0), np.zeros(N), Z[1], 3600.0)
    assert_close(low, *clipped(9.0 - 0.08900206 * hour, spread, 9.0, 88.2))
    sigma = 0.0277316483 * math.log10(50) * math.sqrt(math.log((3600 + 1e-6) / 2e-6))
    assert_close(device.read(target, target, Z[2], 3600.0), 50.0, sigma)


# Pairs, as weights see them.

CHIP = make_chip(integer=False, top=1.0, floor=-1.0)


def weights(value, mechanism, chips=2_000):
    """Draws of 100 synapses of one weight."""
    network = Network.create(
        threshold=[1] * 20,
        inputs=[0],
        outputs=[19],
        synapses=[(a, b, value, 1) for a in range(10) for b in range(10, 20)],
    )
    return draw_instances([network], CHIP, [mechanism], chips, np.random.SeedSequence(3)).weight


@pytest.mark.parametrize("weight", [1.0, 0.4, 0.0, -0.4])
@pytest.mark.parametrize("name", ["pcm-ibm", "pcm-joshi", "reram-milo", "sonos"])
def test_a_weight_is_the_difference_of_two_devices(name, weight):
    device = DEVICES[name]
    span = device.g_max - device.g_min
    moments = []
    for target in (device.g_min + max(weight, 0) * span, device.g_min + max(-weight, 0) * span):
        values = device.program(np.full(N, target), Z[0])
        moments.append((values.mean(), values.std()))
    (plus, a), (minus, b) = moments
    drawn = weights(weight, ProgrammingNoise(device=name))
    assert_close(drawn, (plus - minus) / span, math.hypot(a, b) / span)


def test_a_generic_device_and_a_table():
    drawn = weights(0.5, ProgrammingNoise(device="generic", sigma=0.05))
    off = rectified(0.0, 0.05)
    assert_close(drawn, 0.5 - off[0], math.hypot(0.05, off[1]))
    table = ProgrammingNoise.from_table([1, 3, 11], [0.1, 0.3, 0.3])
    assert table == ProgrammingNoise(device="table", points=((1, 0.1), (3, 0.3), (11, 0.3)))
    drawn = weights(0.1, table)  # 1 + 0.1 * 10 = 2: half way between 0.1 and 0.3
    assert_close(drawn, 0.1, math.hypot(0.2, 0.1) / 10)


def test_a_polynomial_of_the_conductance():
    # The weight's device is off by 0.02 + 0.1 / 2 - 0.05 / 4 of its range, the other by 0.02.
    drawn = weights(0.5, ProgrammingNoise(device="polynomial", coefficients=(0.02, 0.1, -0.05)))
    off = rectified(0.0, 0.02)
    assert_close(drawn, 0.5 - off[0], math.hypot(0.0575, off[1]))


def test_an_ideal_device_changes_nothing():
    np.testing.assert_allclose(weights(0.37, ProgrammingNoise(device="ideal")), 0.37, rtol=1e-15)


def test_compensation_undoes_the_mean_loss():
    options = {"device": "pcm-ibm", "time": 30 * DAY}
    fresh = weights(0.5, ProgrammingNoise(device="pcm-ibm"), 200)
    lost = weights(0.5, ProgrammingNoise(**options), 200)
    kept = weights(0.5, ProgrammingNoise(**options, compensation=True), 200)
    np.testing.assert_allclose(np.abs(kept).mean(axis=1), np.abs(fresh).mean(axis=1), rtol=1e-12)
    assert np.abs(lost).mean() < 0.7 * np.abs(fresh).mean()
    # One scalar a chip.
    ratio = kept / lost
    np.testing.assert_allclose(ratio, ratio[:, :1].repeat(100, axis=1))
    assert kept.std(axis=1).mean() > fresh.std(axis=1).mean()


def test_each_clock_draws_for_itself():
    fresh = weights(0.5, ProgrammingNoise(device="pcm-ibm"), 300)
    aged = weights(0.5, ProgrammingNoise(device="pcm-ibm", time=3600.0), 300)
    read = weights(0.5, ProgrammingNoise(device="pcm-ibm", time=3600.0, read_noise=True), 300)
    kept, noise = (aged / fresh).ravel(), (read - aged).ravel()
    for a, b in ((fresh.ravel(), kept), (fresh.ravel(), noise), (kept, noise)):
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"device": "reram-wan", "time": 5.0}, "published 1, 86400, 172800 s after programming"),
        ({"device": "pcm-joshi", "time": 9.0}, "not at 9 s"),
        ({"device": "reram-cmo", "time": 0.5}, "published from 1 s on"),
        ({"device": "reram-wan", "read_noise": True}, "no published read noise"),
        ({"device": "generic"}, "sigma belongs to device 'generic'"),
        ({"device": "pcm-ibm", "sigma": 0.1}, "sigma belongs to device 'generic'"),
        ({"device": "polynomial"}, "coefficients belong to device 'polynomial'"),
        ({"device": "polynomial", "coefficients": (0.1, -0.2)}, "an error below 0"),
        ({"device": "polynomial", "coefficients": (float("nan"),)}, "a finite number"),
        ({"device": "table"}, "points belong to device 'table'"),
        ({"device": "table", "points": ((1, 0), (1, 0))}, "by rising conductance"),
        ({"device": "pcm"}, "Input should be 'pcm-ibm'"),
    ],
)
def test_what_nobody_measured_is_refused(options, words):
    with pytest.raises(ValidationError, match=words):
        ProgrammingNoise(**options)


def held(weight, **options):
    """Weights as devices without error hold them."""
    chip = make_chip(integer=False, top=1.0, floor=-1.0)
    net = Network.create(
        threshold=[1.0] * 3, inputs=[0], outputs=[2],
        synapses=[(0, 1, weight, 1), (1, 2, 1.0, 1)],
    )  # fmt: skip
    noise = ProgrammingNoise(device="ideal", **options)
    return draw_instances([net], chip, [noise], 1, np.random.SeedSequence(0)).weight[0, 0]


@pytest.mark.parametrize("weight", [-1.0, -0.3, 0.0, 0.41, 1.0])
def test_devices_hold_levels_and_cells_hold_digits(weight):
    assert held(weight, pair="offset") == pytest.approx(weight)
    assert held(weight, levels=5) == pytest.approx(np.rint(4 * weight) / 4)
    assert held(weight, levels=2, cells=4) == pytest.approx(np.rint(15 * weight) / 15)
    step = 2 / (4**3 - 1)
    wanted = np.rint((weight + 1) / step) * step - 1
    assert held(weight, pair="offset", levels=4, cells=3) == pytest.approx(wanted)


@pytest.mark.parametrize(("pair", "devices"), [("differential", 2), ("offset", 1)])
def test_the_errors_of_cells_add_up_by_their_places(pair, devices):
    chip = make_chip(integer=False, top=1.0, floor=-1.0)
    net = Network.create(threshold=[1.0] * 2, inputs=[0], outputs=[1], synapses=[(0, 1, 0.1, 1)])
    options = {"device": "generic", "sigma": 0.02, "pair": pair}

    def spread(**more):
        noise = ProgrammingNoise(**options, **more)
        return draw_instances([net], chip, [noise], 100_000, np.random.SeedSequence(1)).weight[:, 0]

    # A cell at the end of its range is clipped there: take a number whose digits are not.
    places = np.array([16, 4, 1]) / 21
    found = spread(levels=4, cells=3)
    scale = 2 if pair == "offset" else 1
    whole = scale * 0.02 * np.sqrt((places**2).sum())
    assert found.std() < np.sqrt(devices) * whole * 1.05
    assert found.std() > 0.4 * whole
    # One cell, far from the ends of its range where nothing is clipped.
    if pair == "offset":
        assert spread().std() == pytest.approx(2 * 0.02, rel=0.01)
        assert spread().mean() == pytest.approx(0.1, abs=1e-3)


def test_cells_without_levels_are_refused():
    with pytest.raises(ValidationError, match="cells are digits; say how many levels each has"):
        ProgrammingNoise(device="ideal", cells=2)
