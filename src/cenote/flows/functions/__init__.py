"""
Functions and webhooks of this deployment: made, changed, called. What the door of Lambda, the command line and triggers share.

A function is a row and its code (records.py, archive.py); `LocalFunctions` (calls.py) gives both to the runner of processes and is the way
by which triggers reach it, once its policy lets the pool. Whoever waits for a function waits in a place of `Waits`, so that a function that
calls back finds a thread that is free; what nobody waits for is queued (events.py). What a function writes is kept in files (logs.py). A
webhook is a row without code, an address and a secret (webhook_records.py), that triggers find by `Webhooks`. building.py puts it all
together by the settings. It knows no wire protocol, and starts no process itself.
"""
