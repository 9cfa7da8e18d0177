"""
The steps of the schema's history, oldest first.

A step that has been released is never edited: it describes the tables as they were then. Each has an `upgrade` and says in its first
line what it is for; there is no downgrade, since a restored backup is the way back.
"""
