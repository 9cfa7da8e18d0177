"""
Lambda triggers: what a pool's functions are told and what they may answer, and how they are reached.

An event is built by the module of its trigger (pre_sign_up, token_generation …) inside the header of events.py; `TriggerCaller` (caller.py)
sends it by `reach/` and translates failures into AWS's faults; the trigger's module reads the answer, and refuses one that it cannot
recognise. What is elsewhere at AWS, functions and the keys of custom senders (remote_kms.py), is asked by the clients of aws_clients.py.
It knows no rows and decides nothing: flows/hooks says when a function is called, and applies what it answered. It must not be
called inside a transaction.
"""
