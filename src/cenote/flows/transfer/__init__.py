"""
A pool as one file: written by `cenote export`, restored by `cenote import`, between deployments and database engines.

parts.py is the one list of what a pool consists of and how a row becomes a record; lines.py the format (JSON lines with counts and a
digest); files.py the file around it (encryption, compression, an all-or-nothing rename). exporting.py reads a pool in one snapshot and
opens what the deployment's key seals; restoring.py checks a whole file, seals anew, writes users where nobody sees them, and makes the
pool visible in the last transaction. Nothing in here talks to people: progress goes to a callable.

What a row means is known to soundness.py and documents.py alone, which refuse one that no reader could work with. A table that joins the
schema joins parts.py, or tests/architecture fails, and the checks of soundness.py.
"""
