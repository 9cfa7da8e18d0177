"""
The messages room: turns a code into an e-mail or an SMS, and hands it to the outside.

It owns the templates and Cognito's defaults for them (templates.py, plain_text.py), the ways out (smtp.py, webhook.py)
and the loop that drives them (sender.py). It must not know the database: rows come and go through the `Outbox` protocol.
Rendering is pure; only smtp.py and webhook.py open sockets, never inside a transaction.

flows render a Message → storage keeps a row in the transaction that issued the code → Sender leases it as a Pending →
SmtpSender or SmsWebhook → the row is marked. Delivery is at least once; the row's id travels along as the key by which
a receiver recognises a repetition.
"""
