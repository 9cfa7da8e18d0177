"""
What tests run against, made real and thrown away again: databases, servers, clients, time.

conftest.py turns these modules into fixtures; a test that needs more of one (a second server, a restart) imports it from here.
Nothing in here knows what a test expects. Importable as `harness.…`, because pytest puts `tests/` on the path.

    databases.py  a migrated database for each test, on every engine    endpoint.py  what a client sees: both of the next two
    in_process.py the application without a socket                      server.py    `cenote serve`, a process
    people.py     pools, clients and users, quickly                     sources.py   the program's text, for tests/architecture
"""
