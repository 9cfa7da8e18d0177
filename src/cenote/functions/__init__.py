"""
Running local functions: processes that speak AWS's Runtime API, warm, pooled and bounded.

`runner.FunctionRunner` is given a function and its code, keeps processes for it, hands them one event at a time and returns what they
answer. On the way: `pool` finds or starts a process, `packages` unpacks its code, `sandbox` says how it is shut in, `process` owns it, and
`life` is what happens in its thread (one each: its Runtime API, its output, its time and its memory). `launcher.py`, `python_runtime.py`
and `node_runtime.mjs` are programs that run on the other side and import nothing of Cenote.

It knows no database, no pool of users and no wire protocol of ours.
"""
