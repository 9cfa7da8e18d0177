"""
Where flows let a pool's own functions have their say: one module a moment (before a sign-up, after a confirmation, at a token …).

A hook does nothing, at no cost, for a pool without that trigger. It never runs inside a transaction. What a function answers is checked
(cenote.triggers) before a flow sees it, and a function that fails stops what it was asked about.
"""
