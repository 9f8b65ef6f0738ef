"""Requests to a load balancer, found by its own name or by the one alias record that leads to it."""

import ministack.app as app
import ministack.services.alb as alb
import ministack.services.route53 as route53
from ministack.core.responses import get_account_id, request_scope

_own_handle = app._handle_alb_request
_own_potential = app._is_potential_alb_request
_own_bucket = app._handle_s3_vhost_request


def balancer(host):
    """The load balancer's own name and Region, or None."""
    name = host.partition(":")[0].lower().rstrip(".")
    names = aliases(name)
    for account, region, arn in list(alb._lbs._data):
        dns = alb._lbs._data[(account, region, arn)]["DNSName"].lower()
        if account == get_account_id() and dns in ({name} | names):
            return dns, region
    return None


def aliases(name):
    """Where the zone leads; a name with several records is a question for DNS, not for us."""
    found = [record["AliasTarget"]["DNSName"].lower().rstrip(".").removeprefix("dualstack.")
             for zone in route53._zones for record in route53._records.get(zone) or []
             if record["Name"].rstrip(".").lower() == name and record["Type"] == "A"
             and record.get("AliasTarget")]
    return set(found) if len(found) == 1 else set()


async def handle(host, path, method, headers, *rest):
    found = balancer(host) if not path.startswith("/_") else None
    if found is None:
        return await _own_handle(host, path, method, headers, *rest)
    dns, region = found
    port = host.partition(":")[2] or "443"
    with request_scope(get_account_id(), region):
        return await _own_handle(f"{dns}:{port}", path, method, headers, *rest)


async def bucket(host, *rest):
    return None if balancer(host) else await _own_bucket(host, *rest)


def install():
    app._handle_alb_request = handle
    app._handle_s3_vhost_request = bucket
    app._is_potential_alb_request = lambda host, path: (
        _own_potential(host, path) or balancer(host) is not None)
