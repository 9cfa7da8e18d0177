"""
What Cenote tells the one who runs it: logs (logs.py) and metrics (metrics.py).

It owns how things are named, formatted and redacted; it decides nothing and knows no HTTP, no table and no wire shape.
A log line passes from structlog or the standard library through one chain: the request's id from the context, the time,
the redaction (redaction.py), then JSON or a console. A metric is a number in this process's own registry; the labels are
bounded, so that no caller can fill the memory with names.
"""
