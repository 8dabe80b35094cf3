"""Record what this version prints and exports: ``python -m tests.digests.record FILE``."""

import hashlib
import json
import lzma
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.digests import cases


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def main():
    found = {"commands": {}, "exports": {}, "comparisons": {}}
    with TemporaryDirectory() as place:
        for name in cases.CAMPAIGNS:
            found["commands"][name] = cases.commands(name, cases.fresh(f"{place}/a/{name}"))
            print(name, flush=True)
        for name in cases.EXPORTED:
            files = cases.exports(name, cases.fresh(f"{place}/b/{name}"))
            found["exports"][name] = {file: digest(text) for file, text in files.items()}
            print("export", name, flush=True)
        for names in cases.COMPARED:
            place_of = cases.fresh(f"{place}/c/{'-'.join(names)}")
            found["comparisons"][" ".join(names)] = cases.comparison(names, place_of)
        found["catalogue"] = cases.version_free(None)
    text = json.dumps(found, sort_keys=True)
    Path(sys.argv[1]).write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
