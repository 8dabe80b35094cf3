"""TOML files of users: byte order marks, and files that would take long or end in a traceback."""

import os
import re
import time

import pytest

from evosnn.campaign import read_spec
from evosnn.chips import chip_text, load_chip
from evosnn.errors import SpecError

CAMPAIGN = 'task = "iris"\nchip = "risp-7"\n'
MOST = 2_000
"""Characters of the longest message."""


def write(tmp_path, content):
    path = tmp_path / "file.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    marked = ("\ufeff" + CAMPAIGN).encode()
    assert read_spec(write(tmp_path, marked)) == read_spec(write(tmp_path, CAMPAIGN))
    chip = load_chip(str(write(tmp_path, "\ufeff" + chip_text("risp-7"))))
    assert chip == load_chip("risp-7")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_two_or_four_bytes_a_character_is_one_sentence(tmp_path, encoding):
    path = write(tmp_path, (CAMPAIGN + "# " + "comment " * 8).encode(encoding))
    for read in (read_spec, lambda p: load_chip(str(p))):
        with pytest.raises(SpecError, match="it is not text in UTF-8 but in UTF-16"):
            read(path)


def test_a_line_of_another_encoding_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"it is not text \(line 3 is not UTF-8\)"):
        read_spec(write(tmp_path, CAMPAIGN.encode() + "# Grüße".encode("latin-1")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("engine = { kind = [] }", "engine: unknown engine"),
        ("stop = " + "[" * 2_000 + "]" * 2_000, "nests lists or tables too deeply"),
        ("stop = " + "{ a = " * 60 + "1" + " }" * 60, "nests more than 20 levels"),
        ("a." * 2_000 + "a = 1", "nests more than 20 levels"),
        ("seed = " + "9" * 5_000, "a number or date in it has no value"),
        ("seed = " + "9" * 4_000, "'seed' is a whole number of more than 300 digits"),
        ("seed = 0x" + "f" * 5_000, "'seed' is a whole number of more than 300 digits"),
        ("seed = 2026-02-30", "is not valid TOML"),
        ("start = [" + '"a",' * 200_000 + "]", "'start' has over 20,000 values"),
        ("stop = [" + "0," * 600_000 + "]", "is too large; it takes at most 1,000,000 bytes"),
        (
            "[stop]\n" + "\n".join(f"k{i} = 1" for i in range(30_000)),
            "'stop' has over 20,000 values",
        ),
        ('start = ["a\\u0000.json"]', "'start.0' holds the character U+0000"),
        ('"a\\u0000" = 1', "a key holds the character U+0000"),
        ('engine = "' + "x" * 100_000 + '"', "unknown engine 'xxx"),
        ("k" * 100_000 + " = 1", "unknown key 'kkk"),
        ('"\\u001b[31m" = 1', r"unknown key '\x1b[31m'"),
        ('engine = "\\u001b]0;x\\u0007"', r"unknown engine '\x1b]0;x\x07'"),
        ('engine = "\\u202emoc"', r"unknown engine '\u202emoc'"),
        ('start = "a\\nb"\n"x\\ny" = 1', r"unknown key 'x\ny'"),
    ],
)
def test_what_no_file_takes_is_refused_soon_in_a_short_sentence(tmp_path, text, sentence):
    path = write(tmp_path, CAMPAIGN + text)
    began = time.perf_counter()
    with pytest.raises(SpecError) as caught:
        read_spec(path)
    assert time.perf_counter() - began < 5
    message = str(caught.value)
    assert sentence in message
    assert len(message) < MOST
    assert message.isprintable()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("limits = " + "[" * 2_000 + "]" * 2_000, "nests lists or tables too deeply"),
        ("spike_value = " + "9" * 5_000, "a number or date in it has no value"),
        ('source = "a\\u0000"', "'source' holds the character U+0000"),
        ("not_simulated = [" + '"a",' * 30_000 + "]", "'not_simulated' has over"),
    ],
)
def test_a_chip_file_is_read_in_the_same_way(tmp_path, text, sentence):
    with pytest.raises(SpecError, match=re.escape(sentence)):
        load_chip(str(write(tmp_path, text)))


def test_a_path_with_a_null_character_is_one_sentence():
    with pytest.raises(SpecError, match="cannot be read: embedded null"):
        load_chip("a\0.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_that_nothing_is_written_to_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(SpecError, match="it is a pipe or device, not a file"):
        read_spec(tmp_path / "pipe.toml")
