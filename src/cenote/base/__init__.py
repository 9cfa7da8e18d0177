"""
The ground floor: what every other room may use and that uses nothing of ours.

Faults (errors.py), time (clock.py), identifiers (ids.py) and settings (settings.py).
It never grows a utils.py.
"""
