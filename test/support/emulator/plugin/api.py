"""Calls to the emulator's own API, by which handlers keep their state where SDK clients find it."""

import os
import threading

import botocore.session
from ministack.core.responses import get_account_id, get_region

PORT = os.environ.get("GATEWAY_PORT", "4566")
_session = botocore.session.get_session()
_lock = threading.Lock()
_clients: dict = {}


def client(service, region=None):
    """A client as the account and Region of the stack at work."""
    key = (service, region or get_region(), get_account_id())
    with _lock:
        if key not in _clients:
            _clients[key] = _session.create_client(
                service,
                region_name=key[1],
                endpoint_url=f"http://127.0.0.1:{PORT}",
                aws_access_key_id=key[2],
                aws_secret_access_key="emulated",
            )
        return _clients[key]


def arn(service, rest, region=None):
    return f"arn:aws:{service}:{get_region() if region is None else region}:{get_account_id()}:{rest}"


def tags(properties, key="Tags"):
    return [{"Key": tag["Key"], "Value": str(tag["Value"])} for tag in properties.get(key, [])]


def boolean(value):
    """Templates carry booleans as text, too."""
    return str(value).lower() == "true"


def ignoring(code, work, *args, **options):
    """Does the work; an error of this code means that it is done already."""
    try:
        return work(*args, **options)
    except Exception as error:  # botocore's errors are made at run time
        if code not in str(error):
            raise
        return None
