"""
How AWS's protocols write requests and answers: one small module a protocol (json.py: AWS JSON 1.0 and 1.1; query.py, xml.py
and query_json.py: AWS Query).

A protocol turns bytes into a JSON-like object for the validator, and an operation's result or a Fault into a Reply. It knows
shapes (to leave out what the model does not declare, to write blobs and timestamps) and neither operations nor callers.
"""
