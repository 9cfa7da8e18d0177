"""Written by spec/generate.py; `python spec/generate.py` regenerates it, `--check` tells whether it has drifted."""
