"""
What principals hold: the policies that are theirs, compiled and remembered, and whether they may do something.

`permissions.decide` is the one place where it is said whether a principal may; doors and operations ask it and decide nothing themselves.
A principal's policies are read once and kept until IAM's change counter moves.
"""
