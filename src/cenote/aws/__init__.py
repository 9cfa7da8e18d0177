"""
The doors of the AWS APIs: bytes in, an operation's result or a Fault as bytes out.

A request passes door.py's five phases: parse (protocols/), validate (validate.py: the body beside its shape), authorize
(authorize.py, sigv4.py: who calls; permission/: may they), run (the function that operation.py's register holds), reply (protocols/).
A signed call is authorized before its body is looked at.
Operations live in one folder a service (idp/), one module a capability, one function an operation.

Wire names (CamelCase) exist on this floor only; flows get snake_case records. Nothing here holds state or opens the
database but through the Services that it is handed. Capabilities of one service do not import one another.
"""
