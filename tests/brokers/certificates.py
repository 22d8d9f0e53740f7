"""Certificates that are good for a test, from an authority that nobody else trusts."""

import subprocess
from pathlib import Path
from typing import NamedTuple

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2")


class Certificate(NamedTuple):
    """Files in PEM: the certificate followed by its key, and who signed it."""

    file: Path
    authority: Path


def authority(folder: Path) -> Path:
    """Make an authority; returns its certificate."""
    file = folder / "ca.pem"
    _openssl(file, "-subj", "/CN=authority of the tests", "-noenc")
    return file


def certificate(signed_by: Path, name: str, *, passphrase: str | None = None) -> Certificate:
    """Make a certificate for loopback; its key is in the open unless it gets a passphrase."""
    file = signed_by.with_name(f"{name}.pem")
    extensions = ("-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE")
    hidden = ("-noenc",) if passphrase is None else ("-passout", f"pass:{passphrase}")
    _openssl(file, "-subj", f"/CN={name}", *extensions, "-CA", str(signed_by), "-CAkey", str(signed_by), *hidden)
    return Certificate(file, signed_by)


def _openssl(file: Path, *options: str) -> None:
    """Let openssl write a certificate with its key into one file."""
    key = file.with_suffix(".key")
    command = ["openssl", "req", "-x509", *CURVE, "-keyout", str(key), "-out", str(file), *options]
    subprocess.run(command, check=True, capture_output=True)
    with file.open("ab") as out:
        out.write(key.read_bytes())
