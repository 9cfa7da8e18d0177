"""
The rows: SQLAlchemy Core statements, one text for every engine, one module a table family.

A function here takes a transaction (`Tx`) first and does one act on one family: get, require, insert, update, delete, take
(remove and return), page. It holds no rule and makes no call to anything but the database. What may be used once is consumed
by one atomic statement (`take_…`, `spend`), so two callers cannot both win.

`database.Database` gives transactions out: `read()` for one or several statements that see one state, `write(name, work)` for
a unit of work that is committed to disk before it returns and is run again when the engine says that it lost a race.
"""
