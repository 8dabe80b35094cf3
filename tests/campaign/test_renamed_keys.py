"""Earlier names of campaign keys: they keep working with a notice, and old stores continue."""

import json
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from evosnn.campaign import Campaign, change_spec, load_spec, read_spec
from evosnn.campaign._store import SPEC
from evosnn.errors import SpecError

HEADER = 'task = "iris"\nchip = "risp-127"\n'
OLD_KEYS = HEADER + (
    "screen = 3\nengine = { kind = 'eons', strangers = 0.2 }\n"
    "variation = { follow = 0.1, means = 0.2, more = 0.3, polish = 0.4 }\n"
)
SHORT = HEADER + (
    "population = 8\ninstances = 2\ntrials = 2\nlinear_starts = false\n"
    "stop = { generations = 1 }\nvariation = { follow = 0.3, polish = 0.2 }\n"
)
NEW_TO_OLD = {
    "error_guided": "follow",
    "class_means": "means",
    "extra_mutation": "more",
    "local_search": "polish",
}
OPTIONS_OF_0_1_0 = {
    "islands": 4, "interval": 10.0, "neuron_cost": 0.001, "synapse_cost": 0.001, "elites": 2,
    "strangers": 0.1, "tournament": 0.1, "winner": 0.9,
}  # fmt: skip
"""Version 0.1.0 wrote the options of all engines into every frozen spec."""


def read(tmp_path, text, overrides=None):
    path = tmp_path / "campaign.toml"
    path.write_text(text)
    return read_spec(path, overrides)


def as_written_by_0_1_0(folder):
    """Rewrite a campaign's frozen spec, its copy in the store, and its shares and rates."""

    def old_names(table):
        return {NEW_TO_OLD.get(key, key): value for key, value in table.items()}

    data = json.loads((folder / SPEC).read_text())
    data["screen"] = data.pop("racing_instances")
    data["variation"] = old_names(data["variation"])
    engine = data["engine"] if isinstance(data["engine"], dict) else {"kind": data["engine"]}
    if "random_immigrants" in engine:
        engine["strangers"] = engine.pop("random_immigrants")
    data["engine"] = {**OPTIONS_OF_0_1_0, **engine}
    (folder / SPEC).write_text(json.dumps(data, indent=1))
    with closing(sqlite3.connect(folder / "campaign.sqlite")) as db, db:
        (text,) = db.execute("SELECT value FROM meta WHERE key = 'variation'").fetchone()
        shares = json.dumps(old_names(json.loads(text)))
        db.execute("UPDATE meta SET value = ? WHERE key = 'variation'", (shares,))
        db.execute("UPDATE meta SET value = ? WHERE key = 'spec'", (json.dumps(data),))


def test_old_keys_set_the_new_ones_with_one_notice_each(tmp_path, caplog):
    spec = read(tmp_path, OLD_KEYS)
    assert spec.racing_instances == 3
    assert spec.engine.random_immigrants == 0.2
    assert spec.variation.error_guided == 0.1
    assert spec.variation.class_means == 0.2
    assert spec.variation.extra_mutation == 0.3
    assert spec.variation.local_search == 0.4
    assert sorted(caplog.messages) == [
        f"key '{old}' is now named '{new}'; the old name still works"
        for old, new in [
            ("engine.strangers", "engine.random_immigrants"),
            ("screen", "racing_instances"),
            ("variation.follow", "variation.error_guided"),
            ("variation.means", "variation.class_means"),
            ("variation.more", "variation.extra_mutation"),
            ("variation.polish", "variation.local_search"),
        ]
    ]
    assert {record.name for record in caplog.records} == {"evosnn"}


def test_notices_go_to_standard_error_alone(tmp_path):
    """Without a log handler of the user's, as on the command line."""
    path = tmp_path / "campaign.toml"
    path.write_text(HEADER + "screen = 3\n")
    code = f"from evosnn.campaign import read_spec; read_spec({str(path)!r})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    notice = "key 'screen' is now named 'racing_instances'; the old name still works\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", notice)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("screen = 3\nracing_instances = 4", "screen", "racing_instances"),
        ("variation = { more = 0.1, extra_mutation = 0.1 }",
         "variation.more", "variation.extra_mutation"),
        ("engine = { kind = 'eons', strangers = 0.1, random_immigrants = 0.1 }",
         "engine.strangers", "engine.random_immigrants"),
    ],
)  # fmt: skip
def test_both_names_of_one_key_are_a_mistake(tmp_path, text, old, new):
    sentence = f"'{old}' is the old name of '{new}', and both are given; keep '{new}'"
    for overrides in (None, {"seed": 3}):
        with pytest.raises(SpecError) as caught:
            read(tmp_path, HEADER + text, overrides)
        assert str(caught.value).endswith(sentence)


def test_old_keys_are_checked_like_the_new_ones(tmp_path):
    with pytest.raises(SpecError, match="'racing_instances' takes a whole number, got true"):
        read(tmp_path, HEADER + "screen = true")
    with pytest.raises(SpecError, match=r"variation\.error_guided"):
        read(tmp_path, HEADER + "variation = { follow = 2 }")
    with pytest.raises(SpecError, match=r"unknown key 'variation\.folow'"):
        read(tmp_path, HEADER + "variation = { folow = 0.1 }")


def test_overrides_may_use_either_name(tmp_path):
    spec = read(tmp_path, HEADER + "screen = 3\n", {"screen": 4, "variation.polish": 0.1})
    assert (spec.racing_instances, spec.variation.local_search) == (4, 0.1)
    changed = change_spec(spec, {"variation.polish": 0.2, "racing_instances": 2})
    assert (changed.racing_instances, changed.variation.local_search) == (2, 0.2)


@pytest.mark.parametrize("engine", ["nsga2", "islands", "eons", "random"])
def test_a_campaign_of_0_1_0_is_read_and_continues_to_the_same_front(tmp_path, engine, caplog):
    text = SHORT if engine != "random" else SHORT[: SHORT.index("variation")]
    if engine == "islands":
        text += "[engine]\nkind = 'islands'\nislands = 2\n"
    else:
        text += f"[engine]\nkind = '{engine}'\n"
    spec = read(tmp_path, text)
    caplog.clear()
    fronts = []
    for name in ("new", "old"):
        Campaign.start(spec, tmp_path / name, 1).run()
        if name == "old":
            as_written_by_0_1_0(tmp_path / name)
            assert load_spec(tmp_path / name) == spec
        campaign = Campaign.start(change_spec(spec, {"stop.generations": 2}), tmp_path / name, 1)
        campaign.run()
        fronts.append([network.key for network, _ in campaign.store.population()])
        assert campaign.store.last_generation() == 2
    assert fronts[0] == fronts[1]
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
