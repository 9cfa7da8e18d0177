"""
The command line: what a person or an init system types, and the server that it starts.

main.py is the entry, commands.py gathers one command a file. A command opens a deployment (deployment.py) or loads the settings, calls
`cenote.app` or a flow, and prints; it decides nothing about identity. `serve` runs server.py (granian: processes, sockets, TLS), whose
workers run worker.py (the WSGI application) behind bridge.py, which reads each body in full, within its limits, before it takes a thread.

What a program may read goes to standard output, what a person reads about it to standard error. A failure is one line.
"""
