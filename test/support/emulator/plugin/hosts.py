"""Names inside the emulated VPCs: the Lambda runtime resolves them from this file (runtime/)."""

import json
import os
import threading

_FILE = os.environ.get("EMULATOR_HOSTS")
_lock = threading.Lock()
_hosts: dict = {}


def name_host(host, address):
    with _lock:
        _hosts[host] = address
        _write()


def address_of(host):
    with _lock:
        return _hosts.get(host)


def forget_host(host):
    with _lock:
        _hosts.pop(host, None)
        _write()


def _write():
    if _FILE is None:
        return
    with open(f"{_FILE}.new", "w") as file:
        json.dump(_hosts, file)
    os.replace(f"{_FILE}.new", _FILE)
