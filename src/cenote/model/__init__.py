"""
Frozen records and the rules on them that need no I/O.

A record is what storage reads and flows decide on: Pool, Client, User, Code, RefreshToken … Rules take records and values and give
values back, or raise a Fault in AWS's words. A pool's or client's configuration keeps AWS's own document (`document`), because most of
it is only echoed; what a rule reads from it is parsed once into typed fields. No clock, no randomness, no database, no wire.
"""
