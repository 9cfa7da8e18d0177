"""
Threat protection: what can be told of an attempt from where it comes, and what a password is worth.

    user agent ─► user_agent.py ┐
    address    ─► geo.py        ├─► sighting.py ─► score.py ─► a level and its reasons
    context    ─► fingerprint.py┘        ▲
                                    earlier sightings, counts
    password   ─► compromised.py ─► known to be compromised or not

It judges and acts on nothing: what a pool does about a level, and which attempts are kept, is for `flows.threat`. It reads no table.
What the score is made of is in docs/threat-protection.md, which changes with score.py.
"""
