"""
The sign-in state machine, and what it is told and tells.

`names` are AWS's words for proofs and challenges, `progress` is what a person has shown so far, `levels` how strong that is,
`first_factors` which ways to begin a pool has, `machine.next_step` says what follows. `passwordless` is about users without a password.
It knows no storage and no wire; every door goes through it (flows.sign_in), so that none can skip a step.
"""
