"""
A door for the machines that watch over Cenote: `/_cenote/health/live`, `/_cenote/health/ready` and `/_cenote/metrics`.

It is told how to see (whether the database answers, what the metrics are) and knows neither. Its answers say nothing about
pools or users. Metrics are for the machine itself unless `metrics_public` is set: they tell an outsider how many sign in.
"""

from cenote.ops.probes import Answer, Probes, handle, is_local

__all__ = ["Answer", "Probes", "handle", "is_local"]
