"""
A program, not a module: runs a Python function by AWS's own runtime client.

Its arguments are the handler and the folder that awslambdaric is installed in. The client is loaded before the function's folder comes
first on the path, so that a package cannot bring its own.
"""

import os
import sys

if __name__ == "__main__":
    handler, packages = sys.argv[1:]
    if packages not in sys.path:
        sys.path.append(packages)
    from awslambdaric import __main__ as client

    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    client.main([sys.argv[0], handler])
