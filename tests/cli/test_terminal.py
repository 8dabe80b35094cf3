"""Output to any terminal, file or pipe: names are text, and a stream that fails is one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evosnn.chips import chip_text
from evosnn.text import printable, shortened

NAMES = [
    "[/b]", "[link=x]y[/link]", "[red]", "a\x1b]0;title\x07b", ":smile:", "\u202egnp.exe", "★ ±"
]  # fmt: skip


def call(*arguments, encoding="utf-8", **options):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": os.getcwd()}
    return subprocess.run(
        [sys.executable, "-m", "evosnn", *arguments], env=environment, timeout=60, check=False,
        **options,
    )  # fmt: skip


def test_names_are_text_and_any_encoding_is_written(tmp_path):
    names = " ".join(NAMES)
    toml = chip_text("risp-7").replace(
        'description = "', f'description = "{names}'.encode("unicode_escape").decode(), 1
    )
    assert "\\x1b" in toml
    (tmp_path / "chip.toml").write_text(toml.replace("\\x", "\\u00"))
    shown = call("chips", tmp_path / "chip.toml", stdout=subprocess.PIPE)
    assert shown.returncode == 0
    assert printable(names) in shown.stdout.decode()
    narrow = call("chips", tmp_path / "chip.toml", encoding="cp1252", capture_output=True)
    assert narrow.returncode == 0
    assert b"\x1b" not in narrow.stdout
    assert narrow.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_stream_that_cannot_be_written_is_one_sentence():
    with open("/dev/full", "w") as full:
        result = call("chips", stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert result.stderr.decode().strip() == (
        "evosnn: output cannot be written: No space left on device."
    )


def test_a_name_too_long_for_a_path_is_one_sentence():
    result = call("status", "x" * 300, capture_output=True)
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1
    assert "File name too long" in result.stderr.decode()


def test_control_characters_become_escapes_and_long_text_loses_its_middle():
    assert printable("a\x1b[0m\tb\n\u202e") == "a\\x1b[0m\tb\n\\u202e"
    assert len(shortened("x" * 10_000, 90)) < 140
    assert shortened("short", 90) == "short"
