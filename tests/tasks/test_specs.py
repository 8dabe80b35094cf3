import pytest
from pydantic import BaseModel, ValidationError

from evosnn.tasks import CsvSpec, TaskSpec, load_dataset
from evosnn.validation import first_problem


class _Spec(BaseModel):
    task: TaskSpec


def problem(task) -> str:
    with pytest.raises(ValidationError) as error:
        _Spec(task=task)
    return first_problem(error.value, _Spec)


def test_a_name() -> None:
    assert _Spec(task="iris").task == "iris"


def test_a_table() -> None:
    table = {"csv": "trees.csv", "label": "kind", "ignore": ["id", 0], "missing": "mean"}
    spec = _Spec(task=table)
    assert spec.task == CsvSpec(csv="trees.csv", label="kind", ignore=("id", 0), missing="mean")
    assert _Spec.model_validate_json(spec.model_dump_json()) == spec
    assert _Spec(task=spec.task) == spec


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("irsi", "task: unknown task 'irsi'; did you mean 'iris'?"),
        ("trees.csv", 'task: a CSV file is given as { csv = "trees.csv", label = "'),
        ({"csv": "trees.csv"}, "'task.label' is missing"),
        ({"label": 0}, "'task.csv' is missing"),
        ({"csv": "t.csv", "label": 0, "mising": "drop"}, "did you mean 'missing'?"),
        (
            {"csv": "t.csv", "label": 0, "missing": "median"},
            "task.missing: input should be 'error', 'drop' or 'mean', got 'median'",
        ),
        ({"csv": "t.csv", "label": 0, "delimiter": ""}, "task.delimiter: string should have at"),
        (7, "task: it takes text, got 7"),
    ],
)
def test_a_wrong_task_gets_one_sentence(task, said) -> None:
    assert said in problem(task)


def test_options_reach_the_file_and_its_path_starts_at_the_base(tmp_path) -> None:
    (tmp_path / "trees.csv").write_text("n;width;kind\n1;1;oak\n2;?;oak\n3;3;elm\n")
    spec = CsvSpec(
        csv="trees.csv", label=2, missing="drop", header=True, delimiter=";", ignore=("n",)
    )
    data = load_dataset(spec, tmp_path)
    assert data.feature_names == ("width",)
    assert data.x.tolist() == [[1], [3]]
