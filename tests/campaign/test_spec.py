"""Campaign files: what they accept, and one sentence for a mistake."""

import pytest

from evosnn.campaign import change_spec, read_spec
from evosnn.errors import SpecError

CONTROL = 'task = "cartpole-easy"\nchip = "risp-7"\n'
SHORTEST = 'task = "iris"\nchip = "risp-127"\n'


def write(tmp_path, text):
    path = tmp_path / "campaign.toml"
    path.write_text(text)
    return path


def test_the_shortest_file_names_a_task_and_a_chip(tmp_path):
    spec = read_spec(write(tmp_path, SHORTEST))
    assert spec.objectives == ("accuracy", "synapses", "resilience")
    assert [m.kind for m in spec.mechanisms] == ["weight-variation"]
    assert spec.engine.kind == "nsga2"
    assert spec.stop.generations == 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SHORTEST + "populaton = 5", "unknown key 'populaton'; did you mean 'population'?"),
        (SHORTEST + "[stop]\ngeneration = 5", "unknown key 'stop.generation'; did you mean"),
        ('task = "iris"\nchip = "rsip-127"', "unknown chip 'rsip-127'; did you mean 'risp-127'?"),
        ('task = "irs"\nchip = "risp-7"', "unknown task 'irs'; did you mean 'iris'?"),
        ('chip = "risp-7"', "'task' is missing"),
        (SHORTEST + "population = 2", "population: input should be greater than or equal to 4"),
        (SHORTEST + 'population = "many"', "'population' takes a whole number, got 'many'"),
        (SHORTEST + 'population = "8"', "'population' takes a whole number, got '8'"),
        (SHORTEST + "population = 8.5", "population: it takes a whole number, got 8.5"),
        (SHORTEST + "seed = true", "'seed' takes a whole number, got true"),
        (SHORTEST + "linear_starts = 1", "'linear_starts' takes true or false, got 1"),
        (SHORTEST + "linear_starts = 'yes'", "'linear_starts' takes true or false, got 'yes'"),
        (SHORTEST + "require = { accuracy = true }", "'require' takes a number, got true"),
        (SHORTEST + "require = 'accuracy'", "require: it takes a table, got 'accuracy'"),
        (SHORTEST + "population = [8]", "population: input should be a valid integer"),
        (
            SHORTEST + "racing_instances = 16",
            "racing_instances is 16; it takes fewer than the instances, 16",
        ),
        (SHORTEST + "split = { fold = 2 }", "fold is 2; it takes folds too, as in"),
        (SHORTEST + "split = { folds = 5, fold = 6 }", "fold is 6; of 5 folds it is one of 1..5"),
        ('task = 5\nchip = "risp-7"', "task: it takes text, got 5"),
        (SHORTEST + "stop = { time = inf }", "stop.time: it takes a finite number, got inf"),
        (SHORTEST + "jitter = { sigma = true }", "jitter: 'sigma' takes a number, got true"),
        (SHORTEST + "split = { test = '0.3' }", "split: 'test' takes a number, got '0.3'"),
        (SHORTEST + "split = { balance = 1 }", "split: 'balance' takes true or false, got 1"),
        (
            SHORTEST + "encoder = { kind = 'rate', max_spikes = true }",
            "encoder: 'max_spikes' takes a whole number, got true",
        ),
        (
            'task = { csv = "a.csv", label = true }\nchip = "risp-7"',
            "task: 'label' takes text or a whole number, got true",
        ),
        (
            SHORTEST + "[[mechanisms]]\nkind = 'weight-variation'\nsigma = true",
            "mechanisms.0: 'sigma' takes a number, got true",
        ),
        (
            SHORTEST + "[[mechanisms]]\nkind = 'dead-synapses'\nsites = [[1, true]]",
            "mechanisms.0: 'sites' takes a whole number, got true",
        ),
        (SHORTEST + "engine = { kind = 'eons', elits = 3 }", "unknown key 'engine.elits'; did you"),
        (
            SHORTEST + "population = 11\nengine = { kind = 'islands', islands = 3 }",
            "population is 11; 3 islands take at least 12",
        ),
        (SHORTEST + 'engine = "nsga"', "unknown engine 'nsga'; did you mean 'nsga"),
        (SHORTEST + 'objectives = ["acuracy"]', "unknown objective 'acuracy'; did you mean"),
        (SHORTEST + 'objectives = ["synapses"]', "needs an objective to maximise"),
        (SHORTEST + 'encoder = "rat"', "unknown encoder 'rat'; did you mean 'rate'?"),
        (SHORTEST + '[encoder]\nkind = "rate"\nmax_spike = 3', "did you mean 'max_spikes'?"),
        (SHORTEST + "[stop]\ntime = -1", "stop.time: input should be greater than 0"),
        (SHORTEST + "[stop]\n", "nothing ends this campaign"),
        (SHORTEST + "[stop]\ngenerations=1\ntarget={acc=1}", "unknown objective 'acc'"),
        (SHORTEST + '[[mechanisms]]\nkind = "weight-variaton"\nsigma = 0.1', "weight-variation"),
        (SHORTEST + '[[mechanisms]]\nkind = "dead-synapses"\nrat = 0.1', "did you mean 'rate'?"),
        (SHORTEST + "[variation.rates]\nadd-neurn = 1", "did you mean 'add-neuron'?"),
        (SHORTEST + "[require]\nacuracy = 0.9", "require: unknown objective 'acuracy'"),
        (SHORTEST + "[require]\naccuracy = 2", "accuracy is a share of samples, 0 to 1"),
        (
            SHORTEST + "[[mechanisms]]\nkind = 'dead-neurons'\nrate = 0.1\nfrom = 40",
            "begins from timestep 40; the window has timesteps 0..31",
        ),
        (
            SHORTEST + "[[mechanisms]]\nkind = 'dead-neurons'\nrate = 0.1\nfrom = 4\nuntil = 2",
            "until is 2; it takes more than from, 4",
        ),
        (
            SHORTEST + "[[mechanisms]]\nkind = 'dead-neurons'\nrate = 0.1\nfrm = 4",
            "did you mean 'from'?",
        ),
        (SHORTEST + 'objectives = ["accuracy", "latency"]', 'needs decoder = "first-spike"'),
        (SHORTEST + "mechanisms = []", "objective 'resilience' needs a mechanism"),
        (SHORTEST + 'start = "net.json"', "start: it takes a list"),
        (SHORTEST + "stop = 5", "stop: it takes a table, got 5"),
        (SHORTEST + "population = 4\n[engine]\nkind = 'eons'\nelites = 9", "elites is 9"),
        (
            SHORTEST + "engine = 'random'\nvariation = { crossover = 0.5 }",
            "variation.crossover does nothing with engine 'random', which makes no children",
        ),
        (
            SHORTEST + "engine = 'random'\nvariation.rates = { add-neuron = 1 }",
            "variation.rates does nothing with engine 'random'",
        ),
        (
            SHORTEST + "engine = { kind = 'sms-emoa', elites = 3 }",
            "engine: 'elites' does nothing in 'sms-emoa'; it belongs to 'eons'",
        ),
        (
            SHORTEST + "engine = { kind = 'eons', islands = 3 }",
            "engine: 'islands' does nothing in 'eons'; it belongs to 'islands'",
        ),
        (
            SHORTEST + "episodes = { train = 3 }",
            "episodes does nothing in a classification; it belongs to control tasks",
        ),
        (
            CONTROL + "jitter = { copies = 2 }",
            "jitter does nothing in a control task; it belongs to classifications",
        ),
        (
            CONTROL + "variation = { error_guided = 0.2 }",
            "variation.error_guided does nothing in a control task; it belongs to classifications",
        ),
        ("task = ", "is not valid TOML"),
    ],
)
def test_a_mistake_gets_one_sentence(tmp_path, text, sentence):
    with pytest.raises(SpecError) as caught:
        read_spec(write(tmp_path, text))
    message = str(caught.value)
    assert sentence in message
    assert "\n" not in message


def test_a_missing_file_gets_one_sentence(tmp_path):
    with pytest.raises(SpecError, match="cannot be read: No such file"):
        read_spec(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "text",
    [
        SHORTEST + "engine = 'random'\nvariation = { crossover = 0, class_means = 0.2 }",
        SHORTEST + "engine = { kind = 'sms-emoa', elites = 2 }",
        SHORTEST + "engine = { kind = 'eons', elites = 3 }\nvariation = { error_guided = 0.2 }",
        CONTROL + "episodes = { train = 3 }\nvariation = { local_search = 0.3, error_guided = 0 }",
    ],
)
def test_keys_set_to_their_default_are_accepted(tmp_path, text):
    assert change_spec(read_spec(write(tmp_path, text)), {"seed": 7}).seed == 7


def test_overrides_replace_values_and_are_checked(tmp_path):
    path = write(tmp_path, SHORTEST)
    spec = read_spec(path, {"stop.generations": 7, "seed": 3})
    assert (spec.stop.generations, spec.seed) == (7, 3)
    assert change_spec(spec, {"stop.time": 5.0}).stop.generations == 7
    with pytest.raises(SpecError, match="population"):
        read_spec(path, {"population": 1})
    with pytest.raises(SpecError, match="'stop' takes a table, got 5"):
        read_spec(write(tmp_path, SHORTEST + "stop = 5"), {"stop.time": 1.0})


def test_paths_start_from_the_campaign_file(tmp_path):
    (tmp_path / "flowers.csv").write_text("a,b,kind\n1,2,x\n")
    text = 'chip = "risp-7"\nstart = ["net.json"]\n[task]\ncsv = "flowers.csv"\nlabel = "kind"\n'
    spec = read_spec(write(tmp_path, text))
    assert spec.task.csv == str(tmp_path / "flowers.csv")
    assert spec.start == (str(tmp_path / "net.json"),)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            'task = "cartpole-easy"\nobjectives = ["accuracy"]',
            "'accuracy' is not measured on a con",
        ),
        ('task = "iris"\nobjectives = ["score", "synapses"]', "'score' is not measured on a class"),
        ('task = "cartpole-easyy"', "cartpole-easy"),
        ('task = "cartpole-easy"\nepisodes = { train = 0 }', "episodes.train"),
    ],
)
def test_control_tasks_have_a_score_and_the_others_an_accuracy(tmp_path, changes, sentence):
    path = tmp_path / "spec.toml"
    path.write_text(f'{changes}\nchip = "risp-127"\n')
    with pytest.raises(SpecError, match=sentence):
        read_spec(path)


@pytest.mark.parametrize(
    ("task", "more", "racing_instances"),
    [
        ("cartpole-easy", "", 3),
        ("pendulum", 'engine = "sms-emoa"', 3),
        ("pendulum", 'instances = 16\n[engine]\nkind = "islands"', 3),
        ("pendulum", "racing_instances = 0", 0),
        ("pendulum", "instances = 4", 3),
        ("pendulum", "instances = 3", 0),
        ("cartpole-easy", 'engine = "random"', 0),
        ("cartpole-easy", 'engine = "eons"\nracing_instances = 2', 2),
        ("cartpole-easy", '[engine]\nkind = "eons"', 0),
        ("iris", "", 0),
    ],
)
def test_racing_is_the_default_in_control_alone(tmp_path, task, more, racing_instances):
    spec = read_spec(write(tmp_path, f'task = "{task}"\nchip = "risp-127"\n{more}\n'))
    assert spec.racing_instances == racing_instances
    assert change_spec(spec, {"population": 40}).racing_instances == racing_instances
