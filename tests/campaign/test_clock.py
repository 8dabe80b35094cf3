"""The clock of a search, and a campaign's time, leave out what is compiled."""

import numba
from numba.core import event

from evosnn.campaign import Campaign, StopReason, read_spec
from evosnn.campaign._clock import Clock

COMPILE = "numba:compile"


class Timer:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_it_stands_still_while_anything_is_compiled():
    timer = Timer()
    with Clock(timer) as clock:
        shown = []

        def wait(seconds):
            timer.seconds += seconds
            shown.append(clock.now())

        wait(1)
        event.start_event(COMPILE)
        wait(10)
        event.start_event(COMPILE)  # what it calls
        wait(100)
        event.end_event(COMPILE)
        wait(10)
        event.end_event(COMPILE)
        wait(1)
        event.start_event(COMPILE)
        wait(5)
        event.end_event(COMPILE)
        wait(2)
    assert shown == [1, 1, 1, 1, 2, 2, 4]


def test_what_began_before_the_clock_is_not_known_to_have_stood():
    timer = Timer()
    with Clock(timer) as clock:
        event.end_event(COMPILE)
        timer.seconds = 3
        assert clock.now() == 3


def test_numba_tells_it():
    counted = Timer()

    class Counting(Clock):
        def on_start(self, note):
            counted.seconds += 1
            super().on_start(note)

    with Counting(counted):
        numba.njit(lambda x: x + 1)(1)
    assert counted.seconds >= 1
    before = counted.seconds
    numba.njit(lambda x: x + 2)(1)  # it no longer listens
    assert counted.seconds == before


def test_compiling_is_not_a_campaigns_time(tmp_path, monkeypatch):
    (tmp_path / "campaign.toml").write_text(
        'task = "iris"\nchip = "risp-127"\npopulation = 8\ninstances = 2\ntrials = 2\n'
        "stop = { time = 25 }\n"
    )
    timer = Timer()
    monkeypatch.setattr("evosnn.campaign._run.Clock", lambda: Clock(timer))
    campaign = Campaign.start(read_spec(tmp_path / "campaign.toml"), tmp_path / "run", 1)
    ask = campaign.search.engine.ask

    def slow(*options):
        event.start_event(COMPILE)
        timer.seconds += 1000
        event.end_event(COMPILE)
        timer.seconds += 10
        return ask(*options)

    monkeypatch.setattr(campaign.search.engine, "ask", slow)
    assert campaign.run() is StopReason.TIME
    shown = [(row["seconds"], row["shares"]["ask"]) for row in campaign.store.statistics()]
    assert shown == [(10, 10), (20, 10), (30, 10)]
