"""
The ways to a function, each a `base.invocations.Reach`: a signed POST to a webhook, a Lambda endpoint elsewhere, and by_arn.py, which
picks one of them, or this deployment's own functions, by what the ARN names.

A way sends the event as it is given and returns what came back. It neither retries, nor reads what a function says.
"""
