"""Finds a folder for compiled kernels where the usual ones cannot be written.

numba keeps compiled code beside the package or in the user's cache folder, and refuses to compile
where neither can be written, as for a service without a home folder. Such a process then compiles
into a temporary folder, which is removed at its end.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["provide_cache_folder"]


def provide_cache_folder() -> None:
    """Set ``NUMBA_CACHE_DIR`` to a temporary folder if numba could not write anywhere else."""
    if os.environ.get("NUMBA_CACHE_DIR") or any(map(_is_writable, _usual_folders())):
        return
    import atexit
    import shutil
    import tempfile

    try:
        folder = tempfile.mkdtemp(prefix="evosnn-")
    except OSError:  # numba says that it has no folder
        return
    os.environ["NUMBA_CACHE_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def _usual_folders() -> list[Path]:
    """Return the folders that numba tries: beside the package, and the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if sys.platform == "darwin":
        cache = os.path.expanduser("~/Library/Caches")
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    folders = [Path(__file__).parent]
    return folders + ([] if cache.startswith("~") else [Path(cache)])


def _is_writable(folder: Path) -> bool:
    """Return whether a folder can be written, or made and written."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)
