"""
What principals hold: the policies that are theirs, compiled and remembered, and whether they may do something.

    directory                roles, users and their policies (compiled), read once and kept until IAM's change counter moves
    context                  the condition keys of a request
    permissions.decide       the one place where it is said whether a principal may; doors and operations ask it
    writing.write            how IAM's rows are changed: in turn, and what is remembered forgotten

Nothing here knows what a service's operations are called, or who signed.
"""
