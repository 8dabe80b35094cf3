"""Names that users chose stand in comments, tables and identifiers without breaking them."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import Subject, deployment_files, export_subject, to_c, to_graphml, to_verilog
from evosnn.export.c.write import to_c as write_c
from evosnn.export.common.export import check_name
from evosnn.export.common.quoting import code_span, comment, docstring, markdown, one_line
from evosnn.network import Network
from evosnn.tasks import MostSpikesDecoder, RateEncoder, build_task
from tests.export.cases import RELAY

NASTY = [
    "temp\n(degC) */ int x;", "a/*b \\", 'flow """""" %s {0} <b>&amp;', "endmodule\nmodule",
    "volts | amperes", "x ??/", "éé/", "`tick` [a](b)", "\u202egnirts", "tab\tbell\x07nul\x00",
    "line\u2028separator\x85next", "$finish; ${name} $$", "# not a heading", "*/", "/*/",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_one_line_and_ends_no_comment(name):
    shown = comment(name)
    assert len(shown.splitlines()) == 1
    assert "*/" not in shown
    assert "/*" not in shown
    assert not shown.endswith(("\\", "??/"))
    assert len(one_line(name).splitlines()) == 1
    assert len(markdown(name).splitlines()) == 1
    assert "|" not in markdown(name).replace("\\|", "")
    compile(f'"""{docstring(name)}."""', "script", "exec")


@pytest.mark.parametrize("name", ["petal length (cm)", "sepal_width", "x0", "T, in K; 20 %", "é"])
def test_a_plain_name_stays_as_it_is(name):
    assert one_line(name) == docstring(name) == markdown(name) == name
    assert code_span(name) == f"`{name}`"
    assert comment(name) == name.replace("é", "?")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("/*\\?|`\n\r\"' a$<&é\u2028\x00\x1b["), max_size=12))
def test_any_text_is_held(text):
    shown = comment(text)
    assert "*/" not in shown
    assert "/*" not in shown
    assert len(f"x{shown}x".splitlines()) == 1
    compile(f'"""{docstring(text)}."""', "script", "exec")
    assert len(f"x{code_span(text)}x".splitlines()) == 1


@pytest.fixture(scope="module")
def subject():
    classes = ("yes\nno", 'he said "hi" \\', "endmodule // \n $finish; ??/")
    task = replace(
        build_task(
            "iris", encoder=RateEncoder(), decoder=MostSpikesDecoder(), timesteps=8,
            chip=load_chip("risp-7"), seed=3,
        ),
        name="nasty */ |\nname", feature_names=tuple(NASTY[:4]), class_names=classes,
    )  # fmt: skip
    chip = load_chip("risp-7").model_copy(
        update={"name": "chip */ |\n`x`", "description": "a|b\nc"}
    )
    network = Network.create(
        threshold=[1] * 7, inputs=range(4), outputs=[4, 5, 6], synapses=[(0, 4, 1, 1)]
    )
    return Subject(network, chip, "file |\n*x*", task)


def test_files_of_odd_names_are_whole(subject, tmp_path):
    exports = [export_subject(subject, name) for name in ("c", "verilog", "brian2", "graphml")]
    files = deployment_files(subject, exports)
    readme = files["README.md"].splitlines()
    rows = [line for line in readme if line.startswith("| ")]
    assert len(rows) == 1 + 4
    assert all(line.replace("\\|", "").count("|") == 6 for line in rows)
    assert not any(line.startswith(("endmodule", "module")) for line in readme)
    compile(files["snn_brian2.py"], "script", "exec")
    for name, content in files.items():
        if name.startswith("verilog/") and name.endswith(".v"):
            assert not any(line.startswith("`x`") for line in content.splitlines())
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    exports[0].write(tmp_path)
    command = ["gcc", "-std=c99", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
    sources = [name for name in exports[0].files if name.endswith(".c")]
    done = subprocess.run([*command, *sources], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_graph_of_a_chip_whose_name_xml_cannot_hold_is_written():
    chip = load_chip("risp-7").model_copy(update={"name": "a\x00\x1bb"})
    (text,) = to_graphml(RELAY, chip).files.values()
    assert ">ab<" in text


RESERVED = [
    "module", "INT", "logic", "always_ff", "bit", "byte", "final", "priority", "unique", "checker",
    "interface", "signal", "entity", "downto", "std_logic", "class", "namespace", "template",
    "_Bool", "nullptr", "errno", "stdint", "stdio", "math", "string", "assert", "EOF", "NULL",
    "printf", "uint8_t", "clk", "rst", "step", "done", "charge", "spike", "event_in", "fired",
    "con", "NUL", "lpt1", "x" * 64, "é", "a-b", "2net", "", "a b", "a\n", "main",
]  # fmt: skip


@pytest.mark.parametrize("name", RESERVED)
def test_a_name_with_a_meaning_of_its_own_is_refused(name):
    with pytest.raises(ExportError, match="cannot name C or Verilog code") as caught:
        check_name(name)
    assert len(str(caught.value)) < 300
    for write in (to_c, to_verilog, write_c):
        with pytest.raises(ExportError):
            write(RELAY, load_chip("risp-7"), name=name)


@pytest.mark.parametrize("name", ["snn", "net0", "x" * 63, "Heart_Beat", "spikes", "my_module"])
def test_other_names_are_taken(name):
    check_name(name)
