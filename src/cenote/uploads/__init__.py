"""
The uploads door: files of imports come in, and the logs of imports are read.

`PUT /_cenote/imports/<pool>/<job>?Expires=…&Signature=…` takes a job's CSV file at the address that CreateUserImportJob gave, answers as S3
does, and never holds the file in memory. `GET /_cenote/imports/<pool>/<job>/log` tells an operator, by a signed request, which lines made
no user and why. It writes nothing but the file, and must not know the other doors: the signature check is given to it as a function.

path, query → signature and hour → flows.user_import.uploads (pieces, sealed and committed one by one) → 200 with an ETag, or S3's XML
"""
