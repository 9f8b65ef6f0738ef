"""`python -m plugin.certificates DIRECTORY REGION...`: what RDS's authority and certificate are."""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, issuer, key, signer, names=()):
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(n) for n in names])
        builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(signer, hashes.SHA256())


def write(directory, regions):
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = [f"*.{role}-emulated.{region}.rds.amazonaws.com"
             for region in regions for role in ("cluster", "cluster-ro")]
    pem = serialization.Encoding.PEM
    files = {
        "authority.pem": certificate("emulated RDS", "emulated RDS", authority, authority)
        .public_bytes(pem),
        "server.pem": certificate("PostgreSQL", "emulated RDS", server, authority, names)
        .public_bytes(pem),
        "server.key": server.private_bytes(pem, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()),
    }
    for file, content in files.items():
        pathlib.Path(directory, file).write_bytes(content)


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2:])
