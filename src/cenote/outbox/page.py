"""What the outbox answers to people: one page, without scripts, every value escaped."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from cenote.model.message import MessageFilter, StoredMessage
from cenote.outbox.documents import iso_of

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --quiet: #6b7280; --accent: #0f766e; }
@media (prefers-color-scheme: dark) { :root { --quiet: #9ca3af; --accent: #5eead4; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1.25rem 0; }
label { display: grid; font-size: .85rem; color: var(--quiet); }
input, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; }
button { background: var(--accent); color: Canvas; border-color: transparent; }
ol { list-style: none; padding: 0; display: grid; gap: 1rem; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
.code { font: 600 1.4rem ui-monospace, monospace; color: var(--accent); margin: .5rem 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .75rem; margin: 0; font-size: .85rem; }
dt, .quiet { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def page_of(messages: Sequence[StoredMessage], asked: MessageFilter) -> bytes:
    """Return the page that shows *messages*, with the filter that chose them."""
    count = "1 message" if len(messages) == 1 else f"{len(messages)} messages"
    shown = f"<ol>{''.join(map(_article, messages))}</ol>" if messages else "<p>No message matches.</p>"
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Messages · Cenote</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>Messages</h1><p class="quiet" role="status">{count}, newest first. '
        '<a href="messages">As JSON</a></p>'
        f"{_form(asked)}{shown}</main></body></html>"
    )
    return page.encode()


def _form(asked: MessageFilter) -> str:
    fields = (("to", "To", asked.to), ("username", "User name", asked.username), ("pool", "Pool", asked.pool_id))
    inputs = "".join(
        f'<label>{label}<input name="{name}" value="{escape(value or "")}" autocomplete="off"></label>'
        for name, label, value in fields
    )
    return (
        f'<form method="get" action="messages.html" role="search" aria-label="Filter messages">{inputs}'
        f'<input type="hidden" name="limit" value="{asked.limit}"><button>Filter</button></form>'
    )


def _article(message: StoredMessage) -> str:
    heading = message.subject or f"{message.channel} to {message.to}"
    code = f'<p class="code">{escape(message.code)}</p>' if message.code else ""
    created_at = iso_of(message.created_at_ms)
    rows = (
        ("To", escape(message.to)),
        ("User name", escape(message.username)),
        ("Pool", escape(message.pool_id)),
        ("Purpose", escape(message.purpose)),
        ("Channel", escape(message.channel)),
        ("Status", escape(message.status)),
        ("Created", f'<time datetime="{created_at}">{created_at}</time>'),
    )
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f"<li><article><h2>{escape(heading)}</h2>{code}<pre>{escape(message.body)}</pre><dl>{facts}</dl></article></li>"
    )
