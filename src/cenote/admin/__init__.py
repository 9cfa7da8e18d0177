"""
The admin door: what an operator may ask of a pool beyond AWS's operations, under `/_cenote/pools/<pool id>/`.

`GET …/users?filter=&limit=&after=` searches users by any indexed attribute; `GET`, `POST` and `DELETE …/search-index?attribute=` show,
build and remove indexes; `GET` and `PUT …/clients/<client id>/options` show and replace what a client may do beyond Cognito. Every request
is signed, as for AWS's own operations, and allowed for the pool's ARN. Flows do the work: this door reads addresses and writes JSON, and
must not know the other doors. The signature check and the shape of a user are given to it.

request → verified for its operation → flows.user_search, flows.search_index or flows.hosted.client_options → JSON
"""
