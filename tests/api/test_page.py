"""The page docs/python.md runs as it is printed."""

import re
from pathlib import Path

import matplotlib
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_page_runs_as_printed(tmp_path, monkeypatch, capsys):
    pytest.importorskip("gymnasium", reason="needs the extra 'control'")
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    matplotlib.use("agg")
    exec(compile(code, str(PAGE), "exec"), {})
    assert {"front.png", "knee.svg", "knee.json", "runs"} <= {p.name for p in tmp_path.iterdir()}
    assert "setosa" in capsys.readouterr().out
