"""How the authority of `--dev-tls` is trusted, system by system."""

import shlex
from pathlib import Path

NAME = "cenote-local.crt"


def trust_lines(authority: Path) -> list[str]:
    """What to type for which client; *authority* is the certificate's full path."""
    path = shlex.quote(str(authority))
    rows = {
        "AWS SDKs": f"export AWS_CA_BUNDLE={path}",
        "Node": f"export NODE_EXTRA_CA_CERTS={path}",
        "requests": f"export REQUESTS_CA_BUNDLE={path}",
        "curl": f"curl --cacert {path} …",
        "Debian": f"sudo cp {path} /usr/local/share/ca-certificates/{NAME} && sudo update-ca-certificates",
        "macOS": f"security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {path}",
        "Windows": f'certutil -user -addstore Root "{authority}"',
        "Chromium": f"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n 'Cenote local' -i {path} (Linux; of libnss3-tools)",
        "Firefox": f"Settings, Privacy & Security, View Certificates, Authorities, Import: {authority}",
    }
    told = [f"TLS is by an authority of this machine, which may vouch for localhost only. To trust it: {authority}"]
    return told + [f"  {name:<9} {command}" for name, command in rows.items()]
