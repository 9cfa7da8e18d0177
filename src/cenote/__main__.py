"""`python -m cenote` is `cenote`."""

from cenote.cli.main import run

if __name__ == "__main__":
    run()
