"""Files are written whole or not at all."""

import os

import pytest

from evosnn import files
from evosnn.errors import ExportError


def test_a_file_is_written_with_ordinary_permissions(tmp_path):
    path = tmp_path / "a.txt"
    files.write_text(path, "häuser\n")
    assert path.read_text(encoding="utf-8") == "häuser\n"
    other = tmp_path / "b.txt"
    other.write_text("")
    assert path.stat().st_mode == other.stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ExportError, match="cannot be written: No space left on device"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path):
    with pytest.raises(ExportError, match="cannot be written: No such file or directory"):
        files.write_bytes(tmp_path / "none" / "a", b"")
