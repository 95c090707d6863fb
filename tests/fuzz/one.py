"""One target under Atheris: `python -m tests.fuzz.one NAME CORPUS... -runs=N`; libFuzzer's options follow."""

import sys

import atheris

with atheris.instrument_imports(include=["bot"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
