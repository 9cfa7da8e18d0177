"""
The outbox door: messages that Cenote has written, read back by people and tests.

`GET /_cenote/messages` answers JSON, `GET /_cenote/messages.html` a page. In development mode, from this very machine,
both are open and show codes; everywhere else they need a signed request and never show one (access.py says which).
It only reads, and must not know the other doors: the signature check and the rows are given to it as functions.

path, headers, peer → access (open, or the signature is verified) → MessageFilter → page(filter) → documents.py or page.py
"""
