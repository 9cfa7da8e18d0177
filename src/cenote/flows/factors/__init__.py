"""
The ways to prove oneself, one file each.

A factor looks at what a client sent and returns a `Verdict`: about whom, right or wrong, and what must be marked as used. It counts
nothing, writes nothing and decides nothing that comes after; `flows.sign_in` settles the verdict and asks the state machine.
"""
