"""Health checks, kept in the emulator's Route 53."""

from ministack.core.responses import new_uuid

from .api import boolean, client
from .registry import own
from .rules import Refused, Rules

ENDPOINT = {"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"}
TYPES = ENDPOINT | {"CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"}
NUMBERS = ("Port", "RequestInterval", "FailureThreshold", "HealthThreshold")
BOOLEANS = ("MeasureLatency", "Inverted", "EnableSNI", "Disabled")
#: Fixed for ever; a changed one makes a new check.
FIXED = ("Type", "RequestInterval", "MeasureLatency", "RoutingControlArn")


@own("AWS::Route53::HealthCheck",
     Rules(required=("HealthCheckConfig", "HealthCheckConfig.Type"),
           allowed={"HealthCheckConfig.Type": TYPES,
                    "HealthCheckConfig.Port": (1, 65535),
                    "HealthCheckConfig.RequestInterval": {10, 30, "10", "30"},
                    "HealthCheckConfig.FailureThreshold": (1, 10),
                    "HealthCheckConfig.HealthThreshold": (0, 256),
                    "HealthCheckConfig.FullyQualifiedDomainName": r".{1,255}",
                    "HealthCheckConfig.ResourcePath": r".{1,255}",
                    "HealthCheckConfig.SearchString": r".{1,255}"}),
     through="Route 53 CreateHealthCheck")
class HealthCheck:
    @staticmethod
    def create(logical_id, properties, stack):
        config = configuration(properties)
        answer = client("route53").create_health_check(
            CallerReference=f"{stack}-{logical_id}-{new_uuid()}", HealthCheckConfig=config)
        pid = answer["HealthCheck"]["Id"]
        if properties.get("HealthCheckTags"):
            client("route53").change_tags_for_resource(
                ResourceType="healthcheck", ResourceId=pid, AddTags=properties["HealthCheckTags"])
        return pid, {"HealthCheckId": pid}

    @staticmethod
    def update(pid, old, new):
        config = configuration(new)
        before = configuration(old)
        if any(config.get(key) != before.get(key) for key in FIXED):
            return HealthCheck.create("replacement", new, "update")
        changeable = {key: value for key, value in config.items() if key not in FIXED}
        client("route53").update_health_check(HealthCheckId=pid, **changeable)
        return pid, {"HealthCheckId": pid}

    @staticmethod
    def delete(pid, properties):
        client("route53").delete_health_check(HealthCheckId=pid)


def configuration(properties):
    config = dict(properties["HealthCheckConfig"])
    for key in NUMBERS:
        if key in config:
            config[key] = int(config[key])
    for key in BOOLEANS:
        if key in config:
            config[key] = boolean(config[key])
    kind = config["Type"]
    if kind in ENDPOINT and not {"IPAddress", "FullyQualifiedDomainName"} & set(config):
        raise Refused(f"IPAddress or FullyQualifiedDomainName is needed for {kind}")
    if kind.endswith("STR_MATCH") != ("SearchString" in config):
        raise Refused(f"SearchString is needed for *_STR_MATCH and for nothing else, not {kind}")
    if kind == "CALCULATED":
        calculated(config)
    return config


def calculated(config):
    children = config.get("ChildHealthChecks", [])
    if not children or "HealthThreshold" not in config:
        raise Refused("ChildHealthChecks and HealthThreshold are needed for CALCULATED")
    known = {check["Id"] for page in client("route53").get_paginator("list_health_checks")
             .paginate() for check in page["HealthChecks"]}
    missing = [child for child in children if child not in known]
    if missing:
        raise Refused(f"No health check exists with the ID {', '.join(missing)}")
