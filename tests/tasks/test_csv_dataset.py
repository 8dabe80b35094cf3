import os
from pathlib import Path

import numpy as np
import pytest

from evosnn.errors import DataError
from evosnn.tasks import load_dataset, read_csv

PLAIN = "width,height,kind\n1,2.5,oak\n3,4,elm\n5,6e1,oak\n"


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes, name: str = "trees.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_plain_file(write) -> None:
    data = read_csv(write(PLAIN), label="kind")
    assert data.name == "trees"
    assert data.feature_names == ("width", "height")
    assert data.class_names == ("elm", "oak")
    assert data.x.tolist() == [[1, 2.5], [3, 4], [5, 60]]
    assert data.x.dtype == np.float64
    assert data.y.tolist() == [1, 0, 1]
    assert data.y.dtype == np.int64


@pytest.mark.parametrize("label", ["kind", 2, -1])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_line_ends_and_ways_to_name_the_label(write, label, delimiter, end) -> None:
    path = write(PLAIN.replace(",", delimiter).replace("\n", end))
    for given in (None, delimiter):
        data = read_csv(path, label=label, delimiter=given)
        assert data.x.tolist() == [[1, 2.5], [3, 4], [5, 60]]
        assert data.y.tolist() == [1, 0, 1]


def test_blanks_in_names_do_not_pass_for_the_delimiter(write) -> None:
    data = read_csv(write("leaf width (cm),tree kind\n1,oak\n2,elm\n"), label="tree kind")
    assert data.feature_names == ("leaf width (cm)",)


def test_byte_order_mark_quotes_blanks_and_empty_lines(write) -> None:
    text = '\ufeff"kind", "width, in cm"\n\n"oak",  1\n"elm", 2 \n\n'
    data = read_csv(write(text), label="kind")
    assert data.feature_names == ("width, in cm",)
    assert data.x.tolist() == [[1], [2]]


def test_without_header_columns_are_numbered(write) -> None:
    path = write(PLAIN.partition("\n")[2])
    for header in (None, False):
        data = read_csv(path, label=-1, header=header)
        assert data.feature_names == ("x0", "x1")
        assert data.n_samples == 3
    assert read_csv(path, label="x2").y.tolist() == [1, 0, 1]


def test_numbers_as_names_are_a_header_if_the_label_is_among_them_or_header_says_so(write) -> None:
    path = write("0,1,label\n5,6,a\n7,8,b\n")
    assert read_csv(path, label="label").x.tolist() == [[5, 6], [7, 8]]
    assert read_csv(path, label=2, header=True).x.tolist() == [[5, 6], [7, 8]]


def test_numeric_labels_are_in_numerical_order(write) -> None:
    data = read_csv(write("10,1\n2,1\n2,1\n1,1\n"), label=0)
    assert data.class_names == ("1", "2", "10")
    assert data.y.tolist() == [2, 1, 1, 0]


@pytest.mark.parametrize(
    "labels",
    [
        ["40E7001", "40E7002", "40E7"],  # catalogue numbers that float() reads as infinity
        ["90071992547409931", "90071992547409932", "90071992547409933"],  # beyond 2^53
        ["00", "0", "000"],
        ["1.0", "1", "1.00"],
        ["1_0", "10", "1e1"],
        ["true", "True", "TRUE"],
    ],
)
def test_a_label_is_text(write, labels) -> None:
    data = read_csv(write("".join(f"{k},{a}\n" for k, a in enumerate(labels * 4))), label=1)
    assert sorted(data.class_names) == sorted(labels)
    assert [data.class_names[k] for k in data.y] == labels * 4


def test_labels_that_are_one_number_are_said(write) -> None:
    data = read_csv(write("w,kind\n3,1\n1,1.0\n2,2\n"), label="kind")
    assert any("'1' and '1.0' are two classes" in note for note in data.notes)


@pytest.mark.parametrize("word", ["NA", "nan", "null", "?", "N/A"])
def test_a_word_for_a_missing_value_is_a_class_in_the_label_column(write, word) -> None:
    path = write(f"w,kind\n3,{word}\n1,oak\n2,elm\n")
    for missing in ("error", "drop", "mean"):
        data = read_csv(path, label="kind", missing=missing)
        assert set(data.class_names) == {word, "oak", "elm"}
        assert any(f"'{word}' is a class with 1 samples" in note for note in data.notes)
    dropped = read_csv(path, label="kind", missing="drop", missing_words=[word])
    assert dropped.class_names == ("elm", "oak")
    assert any(f"no sample of class '{word}' is left" in note for note in dropped.notes)


def test_missing_words_can_be_given(write) -> None:
    path = write("w,v,kind\n-99,1,oak\n3,na,elm\n5,6,elm\n")
    with pytest.raises(DataError, match="got 'na'"):
        read_csv(path, label="kind", missing="mean", missing_words=["-99"])
    data = read_csv(path, label="kind", missing="mean", missing_words=["-99", "NA"])
    assert np.argwhere(np.isnan(data.x)).tolist() == [[0, 0], [1, 1]]
    assert any("2 missing values in 2 of 3 samples" in note for note in data.notes)


def test_decimal_comma_and_thousands(write) -> None:
    path = write("w;v;kind\n0,5;1.234,5;a\n-2,25;2.000;b\n", "comma.csv")
    with pytest.raises(DataError, match=r"got '0,5'.*set decimal = \",\" if"):
        read_csv(path, label="kind")
    data = read_csv(path, label="kind", decimal=",", thousands=".")
    assert data.x.tolist() == [[0.5, 1234.5], [-2.25, 2000]]
    path = write('w,v,kind\n"1,234",1,a\n"1,000,000",2,b\n', "thousands.csv")
    with pytest.raises(DataError, match=r"got '1,234'.*set thousands = \",\""):
        read_csv(path, label="kind")
    assert read_csv(path, label="kind", thousands=",").x[:, 0].tolist() == [1234, 1e6]
    with pytest.raises(DataError, match="two different characters"):
        read_csv(path, label="kind", thousands=".")


@pytest.mark.parametrize("inner", ["|", ";", " ", "\t"])
def test_a_mark_within_labels_is_not_the_delimiter(write, inner) -> None:
    path = write(f"0.5,1.5,in{inner}side\n2,3,out{inner}side\n5,6,in{inner}side\n")
    data = read_csv(path, label=-1)
    assert data.x.tolist() == [[0.5, 1.5], [2, 3], [5, 6]]
    assert any("commas" in note for note in data.notes)


@pytest.mark.parametrize("first", [",,oak", "?,NA,oak", ",nan,oak"])
def test_a_first_line_of_gaps_is_a_sample(write, first) -> None:
    data = read_csv(write(f"{first}\n1,2,elm\n3,4,oak\n"), label=-1, missing="mean")
    assert data.n_samples == 3
    assert any("the first line is the first sample" in note for note in data.notes)


def test_a_column_that_numbers_the_rows_is_noticed(write) -> None:
    rows = [f"{k},{k * 7 % 5},{'ab'[k % 2]}\n" for k in range(20)]
    for head in (",w,kind\n", "id,w,kind\n", ""):
        data = read_csv(write(head + "".join(rows)), label=-1)
        name = data.feature_names[0]
        assert any(f"column '{name}' numbers the rows" in note for note in data.notes)
        rest = read_csv(write(head + "".join(rows)), label=-1, ignore=[0])
        assert not any("numbers the rows" in note for note in rest.notes)


def test_a_copy_of_the_label_is_noticed(write) -> None:
    rows = [f"{k * 7 % 5},{k % 3},{'abc'[k % 3]}\n" for k in range(30)]
    data = read_csv(write("w,code,kind\n" + "".join(rows)), label="kind")
    assert any("follows from column 'code' alone in 30 of 30" in note for note in data.notes)


def test_comments_row_names_and_columns_of_text(write) -> None:
    text = "# by hand\nw,colour,wet,kind\n# until noon\na,1,red,true,x\nb,2,blue,FALSE,y\n"
    data = read_csv(write(text), label="kind", comment="#", categorical=["colour"])
    assert data.feature_names == ("w", "colour=blue", "colour=red", "wet")
    assert data.x.tolist() == [[1, 0, 1, 1], [2, 1, 0, 0]]
    assert any("first column has no name in the header" in note for note in data.notes)


def test_ignored_columns_are_left_out_whatever_they_hold(write) -> None:
    path = write("id,width,note,kind\na1,1,?,oak\na2,2,tall,elm\n")
    data = read_csv(path, label="kind", ignore=["id", 2])
    assert data.feature_names == ("width",)
    assert data.x.tolist() == [[1], [2]]


@pytest.mark.parametrize("mark", ["", "?", "NA", "nan", "NaN", "n/a", "null"])
def test_missing_values(write, mark) -> None:
    path = write(f"width,height,kind\n1,2,oak\n3,{mark},elm\n5,6,elm\n")
    with pytest.raises(DataError) as error:
        read_csv(path, label="kind")
    assert str(error.value) == (
        f"CSV file '{path}', line 3, column 'height': the value is missing ({mark!r}); "
        'write one there, or set missing = "drop" or "mean"'
    )
    dropped = read_csv(path, label="kind", missing="drop")
    assert dropped.x.tolist() == [[1, 2], [5, 6]]
    assert dropped.y.tolist() == [1, 0]
    kept = read_csv(path, label="kind", missing="mean")
    assert np.argwhere(np.isnan(kept.x)).tolist() == [[1, 1]]
    assert kept.y.tolist() == [1, 0, 0]


def test_a_missing_label_has_no_mean(write) -> None:
    path = write("width,kind\n1,oak\n2,\n3,elm\n")
    with pytest.raises(DataError, match=r'line 3, column \'kind\'.*set missing = "drop"$'):
        read_csv(path, label="kind", missing="mean")
    assert read_csv(path, label="kind", missing="drop").n_samples == 2


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", {}, "is empty; it takes one sample a line"),
        ("\n\n", {}, "is empty"),
        ("width,kind\n", {}, "has a header and no samples below it"),
        (
            "width,height,kind\n1,2,oak\n3,elm\n",
            {},
            ", line 3 has 2 columns; the first line has 3, and so must every other",
        ),
        (
            "width,kind\n1,oak\ntall,elm\n",
            {},
            ", line 3, column 'width': got 'tall'; a feature takes finite numbers as in 1.5",
        ),
        ("width,kind\n1,oak\ninf,elm\n", {}, "line 3, column 'width': got 'inf'"),
        ("width,kind\n1,oak\n2,oak\n", {}, "column 'kind' holds one class only, 'oak'"),
        ("width,kind\n1,a\n2,b\n", {"label": "kid"}, "unknown column 'kid'; did you mean 'kind'?"),
        ("1,a\n2,b\n", {}, "unknown column 'kind'; known: x0, x1. (no header was read"),
        ("w,kind\n1,a\n2,b\n", {"label": 2}, "no column 2; its 2 columns are 0..1, or -1"),
        ("w,kind\n1,a\n2,b\n", {"label": -3}, "has no column -3"),
        ("w,kind\n1,a\n2,b\n", {"ignore": ["z"]}, "unknown column 'z'; known: kind, w."),
        ("w,kind\n1,a\n2,b\n", {"ignore": ["w"]}, "has no column besides the label"),
        ("w,w,kind\n1,1,a\n", {}, "two columns are called 'w'; a name takes one column"),
        ("w,kind\n?,a\n2,\n", {"missing": "drop"}, "has no row without a missing value"),
        (
            "w,v,kind\n?,1,a\n?,2,b\n",
            {"missing": "mean"},
            "column 'w' holds no value at all; leave it out with ignore",
        ),
        (b"w,kind\n1,\xe9\n", {}, "cannot be read: it is not text in UTF-8; save it as UTF-8"),
        ("w,kind\n1,a\n", {"delimiter": ";;"}, "delimiter is ';;'; it takes one character"),
        ("w,kind\n1," + "a" * 200_000, {"delimiter": ","}, "line 2 is not CSV"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(write, text, options, said) -> None:
    path = write(text)
    with pytest.raises(DataError) as error:
        read_csv(path, **{"label": "kind", **options})
    message = str(error.value)
    assert message.startswith(f"CSV file '{path}'")
    assert said in message
    assert "\n" not in message


def test_a_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(DataError, match=r"'.*none\.csv' cannot be read: No such file"):
        read_csv(tmp_path / "none.csv", label=0)
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_csv(tmp_path, label=0)


def uci(name: str) -> Path:
    folder = os.environ.get("EVOSNN_DATA")
    if not folder:
        pytest.skip("EVOSNN_DATA does not name a folder that holds uci/")
    return Path(folder) / "uci" / f"{name}.csv"


@pytest.mark.parametrize(
    ("name", "shape", "counts"),
    [
        ("banknote_authentication", (1372, 4), [762, 610]),
        ("ecoli", (336, 7), [143, 77, 2, 2, 35, 20, 5, 52]),
        ("glass", (214, 9), [70, 76, 17, 13, 9, 29]),
        ("haberman", (306, 3), [225, 81]),
        ("ionosphere", (351, 34), [126, 225]),
        ("pima-indians-diabetes", (768, 8), [500, 268]),
        ("sonar", (208, 60), [111, 97]),
        ("wheat-seeds", (210, 7), [70, 70, 70]),
        ("wine", (178, 13), [59, 71, 48]),
    ],
)
def test_uci_files_have_the_counts_that_uci_publishes(name, shape, counts) -> None:
    data = read_csv(uci(name), label=-1)
    assert data.x.shape == shape
    assert np.bincount(data.y).tolist() == counts


def test_iris_from_uci_differs_from_scikit_learns_by_the_two_known_errors() -> None:
    data, fisher = read_csv(uci("iris"), label=-1), load_dataset("iris")
    assert (data.y == fisher.y).all()
    assert sorted(set(np.argwhere(data.x != fisher.x)[:, 0].tolist())) == [34, 37]


def test_the_16_gaps_of_wisconsin_breast_cancer() -> None:
    path = uci("breast-cancer-wisconsin")
    with pytest.raises(DataError, match=r"line 24, column 'x5': the value is missing \('\?'\)"):
        read_csv(path, label=-1)
    assert read_csv(path, label=-1, missing="drop").n_samples == 683
    assert np.isnan(read_csv(path, label=-1, missing="mean").x).sum() == 16
