"""Requests to a distribution: by the names that lead to it, to the origins that its function picks,
and into networks by VPC origins."""

import asyncio
import re
from contextvars import ContextVar
from urllib.parse import parse_qs

import ministack.app as app
import ministack.services.alb as alb
import ministack.services.cloudfront as cloudfront
import ministack.services.cloudfront_keyvaluestore as stores
from ministack.core.responses import get_account_id, request_scope

from .balancers import aliases

#: What a request's function picked, until the first origin is asked.
_picked: ContextVar = ContextVar("picked", default=None)
_READS = {"GET", "HEAD", "OPTIONS"}
_IMPORT = re.compile(rb"^\s*import\s+(\w+)\s+from\s+['\"]cloudfront['\"];?\s*$", re.MULTILINE)
#: The module `cloudfront` of the functions' runtime, of which the emulator knows nothing.
_MODULE = b"""
let __values = {}, __picked = null;
const NAME = {
  selectRequestOriginById: (originId) => { __picked = { ids: [originId], statuses: [] }; },
  createRequestOriginGroup: ({ originIds, failoverCriteria }) => {
    if (originIds.length !== 2) throw new Error('an origin group has two origins');
    const ids = originIds.map(({ originId }) => originId);
    __picked = { ids, statuses: failoverCriteria.statusCodes };
  },
  kvs: () => ({
    get: async (key) => {
      if (!Object.prototype.hasOwnProperty.call(__values, key)) throw new Error('KeyNotFound');
      return __values[key];
    },
  }),
};
"""
_WRAPPER = b"""
const __handler = handler;
handler = async (event) => {
  __values = event.values;
  __picked = null;
  delete event.values;
  return { result: await __handler(event), picked: __picked };
};
"""

_own_host = app._parse_cloudfront_dataplane_host
_own_origin = cloudfront._dataplane_origin
_own_run = cloudfront._run_function
_own_fetch = cloudfront._fetch_from_origin


def label(host):
    found = _own_host(host)
    if found is not None:
        return found
    leads = aliases(host.partition(":")[0].lower().rstrip("."))
    return next((name for name in map(_own_host, leads) if name is not None), None)


def origin(element):
    read = _own_origin(element)
    entrance = cloudfront._find(element, "VpcOriginConfig")
    if entrance is not None:
        read["vpc_origin"] = cloudfront._text(entrance, "VpcOriginId")
        read["read_timeout"] = int(cloudfront._text(entrance, "OriginReadTimeout") or "30")
    return read


async def run(function_arn, event):
    code = cloudfront.live_function_code(function_arn)
    if code is None or _IMPORT.search(code) is None:
        return await _own_run(function_arn, event)
    source = _IMPORT.sub(lambda it: _MODULE.replace(b"NAME", it.group(1)), code) + _WRAPPER
    evaluate = cloudfront.cloudfront_js.evaluate
    try:
        answer = await cloudfront.run_offloop(
            evaluate, source, {**event, "values": values(function_arn)})
    except cloudfront.cloudfront_js.CloudFrontFunctionError as error:
        raise cloudfront.CloudFrontFunctionError(str(error)) from error
    _picked.set(answer["picked"])
    return answer["result"]


def values(function_arn):
    """What the function's key-value store holds."""
    function = cloudfront._functions.get(function_arn.rsplit("/", 1)[-1]) or {}
    for arn in function.get("kvs_arns", []):
        store, _ = stores._get_store(arn)
        if store is not None:
            return dict(store["items"])
    return {}


async def fetch(target, method, uri, query, headers, body, https, ip, forwarded, dist_arn):
    picked = _picked.get()
    _picked.set(None)
    targets, statuses = [target], []
    if picked is not None:
        declared = next(cloudfront.parse_distribution_dataplane_config(each)["origins"]
                        for each in cloudfront._distributions.values() if each["ARN"] == dist_arn)
        missing = [name for name in picked["ids"] if name not in declared]
        if missing:
            raise cloudfront.OriginUnreachable(f"no such origins: {', '.join(missing)}")
        targets, statuses = [declared[name] for name in picked["ids"]], picked["statuses"]
    rest = (method, uri, query, headers, body, https, ip, forwarded, dist_arn)
    for each in targets[:-1]:
        try:
            answer = await one(each, *rest)
        except (cloudfront.OriginUnreachable, cloudfront.OriginTimeout):
            continue
        if answer[0] not in statuses or method not in _READS:
            return answer
    return await one(targets[-1], *rest)


async def one(target, method, uri, query, headers, body, https, ip, forwarded, dist_arn):
    if "vpc_origin" not in target:
        return await _own_fetch(target, method, uri, query, headers, body, https, ip, forwarded,
                                dist_arn)
    balancer, region, port = entrance(target["vpc_origin"], https)
    sent = cloudfront._origin_request_headers(target, headers, ip, forwarded)
    with request_scope(get_account_id(), region):
        try:
            status, answered, data = await asyncio.wait_for(
                alb.dispatch_request(
                    balancer, method, uri, {name.lower(): text for name, text in sent.items()},
                    body or b"", parse_qs(query, keep_blank_values=True), port,
                    client_ip="127.0.0.1", raw_query_string=query),
                target["read_timeout"])
        except asyncio.TimeoutError as error:
            raise cloudfront.OriginTimeout(target["id"]) from error
    pairs = [(name, text) for name, texts in answered.items()
             for text in (texts if isinstance(texts, list) else [texts])]
    return status, "", cloudfront._multidict_from_pairs(pairs), data


def entrance(name, https):
    """The load balancer behind a VPC origin, its Region, and the port that its policy asks for."""
    kept = cloudfront._vpc_origins.get(name)
    if kept is None:
        raise cloudfront.OriginUnreachable(f"no VPC origin {name}")
    config = kept["VpcOriginEndpointConfig"]
    policy = config["OriginProtocolPolicy"]
    secure = policy == "https-only" or (policy == "match-viewer" and https)
    port, protocol = (config["HTTPSPort"], "HTTPS") if secure else (config["HTTPPort"], "HTTP")
    region = config["Arn"].split(":")[3]
    key = (get_account_id(), region, config["Arn"])
    with request_scope(get_account_id(), region):
        listens = any(it["LoadBalancerArn"] == config["Arn"] and it.get("Port") == port
                      and it.get("Protocol") == protocol for it in alb._listeners.values())
    if key not in alb._lbs._data or not listens:
        raise cloudfront.OriginUnreachable(f"nothing listens for {protocol} on {port} of {name}")
    return alb._lbs._data[key], region, port


def install():
    app._parse_cloudfront_dataplane_host = label
    cloudfront._dataplane_origin = origin
    cloudfront._run_function = run
    cloudfront._fetch_from_origin = fetch
