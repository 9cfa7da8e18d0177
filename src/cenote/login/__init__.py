"""
The hosted pages: what people see when they sign in, sign up, recover, or enrol a factor.

    request ─► door (Flask) ─► visit (which pool, client, request, language, look) ─► pages/ (one module a page) ─► flows ─► template

Pages are rendered on the server, and work without scripts but for passkeys. They hold no rule about who may sign in: forms are put into the
words of flows.sign_in, flows.sign_up and flows.recovery, and faults into sentences (words/). Nothing that a page needs is on another host.
"""
