"""
`cenote demo`: an app of one page that signs people in at a running server's hosted pages, for whoever sees Cenote the first time.

command.py is what is typed. making.py makes the demo's pool, client, style, domain and user in the deployment, or finds them again.
relying_party.py is an OpenID Connect client as any app has one: it knows the server by HTTP only. app.py shows its pages, on this machine
alone: form → relying_party.begun → the server's pages → /callback → relying_party.redeemed → the tokens, with what their claims mean
(claims.py). Who is signed in stands in memory (visits.py) and ends with the command.
"""
