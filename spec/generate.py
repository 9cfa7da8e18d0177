"""
Write src/cenote/spec/generated/ from the AWS service models that botocore ships.

    python spec/generate.py           write the files
    python spec/generate.py --check   write nothing; exit 1 when the files on disk differ

The models are read and amended (amendments.py), then each service becomes two modules: TypedDicts (typed_dicts.py) and the
table of shapes (shape_table.py). The output is the same for the same botocore, byte for byte.
"""

import argparse
import keyword
import sys
from pathlib import Path

import botocore
import shape_table
import typed_dicts
from amendments import amend
from botocore.loaders import Loader

SERVICES = ("cognito-idp", "cognito-identity", "sts", "iam", "lambda", "kms")
TARGET = Path(__file__).resolve().parent.parent / "src" / "cenote" / "spec" / "generated"


def render() -> dict[str, str]:
    """Every generated file's name and text."""
    loader = Loader()
    files = {}
    for service in SERVICES:
        model = amend(service, loader.load_service_model(service, "service-2"))
        source = f"botocore {botocore.__version__}, {service} {model['metadata']['apiVersion']}"
        stem = service.replace("-", "_")
        # A module cannot be called by a keyword.
        stem += "_" * keyword.iskeyword(stem)
        files[f"{stem}.py"] = typed_dicts.render(service, model, source)
        files[f"{stem.removesuffix('_')}_shapes.py"] = shape_table.render(service, model, source)
    return files


def drift_of(files: dict[str, str]) -> list[str]:
    """One line for every file on disk that is not what would be written."""
    drift = []
    for name, text in files.items():
        path = TARGET / name
        if not path.exists():
            drift.append(f"{name} is missing")
        elif path.read_text(encoding="utf-8") != text:
            drift.append(f"{name} differs")
    known = {*files, "__init__.py"}
    drift += [
        f"{path.name} is not generated any more" for path in sorted(TARGET.glob("*.py")) if path.name not in known
    ]
    return drift


def main() -> int:
    """Write or check; the exit status."""
    parser = argparse.ArgumentParser(description="Write src/cenote/spec/generated/ from botocore's service models.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when the files on disk differ")
    check = parser.parse_args().check
    files = render()
    if check:
        drift = drift_of(files)
        if drift:
            print(f"The generated spec has drifted from botocore {botocore.__version__} and spec/amendments.py:")
            print("\n".join(f"  {line}" for line in drift))
            print("Run `python spec/generate.py` (or `make spec`) and commit what it writes.")
            return 1
        print(f"The generated spec is what botocore {botocore.__version__} gives.")
        return 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (TARGET / name).write_text(text, encoding="utf-8")
        print(f"wrote {name} ({text.count(chr(10))} lines)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
