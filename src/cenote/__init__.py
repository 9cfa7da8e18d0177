"""
Cenote: an Amazon Cognito that you run yourself.

Seven floors, imports run downwards only: `base` (faults, time, settings) · `spec` (what AWS publishes, generated) · `model`, `crypto`
(rules and arithmetic without I/O) · `storage`, `messages`, `telemetry` (the ways out) · `flows` (what more than one door needs) ·
`aws`, `oauth`, `ops`, `outbox` (the doors) · `app` (what builds it all) · `cli`. A request enters at `app.Application`.
"""

__version__ = "0.1.0"
