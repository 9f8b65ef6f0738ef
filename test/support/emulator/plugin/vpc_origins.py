"""VPC origins, kept in the emulator's CloudFront, and distributions that name them."""

from .api import client, tags
from .registry import complete, own
from .rules import Refused, Rules

CONFIG = "VpcOriginEndpointConfig"
#: Of the API; a template may leave them out.
DEFAULTS = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "match-viewer"}


def configuration(properties):
    """As the API wants it."""
    given = dict(properties[CONFIG])
    protocols = given.pop("OriginSSLProtocols", None)
    config = {**DEFAULTS, **given}
    for key in ("HTTPPort", "HTTPSPort"):
        config[key] = int(config[key])
    if protocols is not None:
        config["OriginSslProtocols"] = {"Quantity": len(protocols), "Items": protocols}
    return config


def refuse_unreachable(config):
    """CloudFront enters a network only where it has an internet gateway, and no load balancer that
    listens with TLS at the fourth layer.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
    """
    endpoint = config["Arn"]
    region = (endpoint.split(":") + [""] * 4)[3]
    if ":loadbalancer/" not in endpoint or not region:
        return
    balancers = client("elbv2", region)
    found = [it for page in balancers.get_paginator("describe_load_balancers").paginate()
             for it in page["LoadBalancers"] if it["LoadBalancerArn"] == endpoint]
    if not found:
        return  # The API says so.
    # The emulator's load balancers do not know their network; their subnets do.
    subnets = [zone["SubnetId"] for zone in found[0]["AvailabilityZones"]]
    ec2 = client("ec2", region)
    network = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    gateways = ec2.describe_internet_gateways()["InternetGateways"]
    if not any(each.get("VpcId") == network
               for gateway in gateways for each in gateway.get("Attachments", [])):
        raise Refused(f"{network} of {endpoint} has no internet gateway")
    listeners = balancers.describe_listeners(LoadBalancerArn=endpoint)["Listeners"]
    if any(listener["Protocol"] == "TLS" for listener in listeners):
        raise Refused(f"{endpoint} has a TLS listener, which a VPC origin cannot have")


@own("AWS::CloudFront::VpcOrigin",
     Rules(required=(CONFIG, f"{CONFIG}.Arn", f"{CONFIG}.Name"), known=(CONFIG,)),
     through="CloudFront CreateVpcOrigin")
class VpcOrigin:
    @staticmethod
    def create(logical_id, properties, stack):
        config = configuration(properties)
        refuse_unreachable(config)
        more = {"Tags": {"Items": tags(properties)}} if tags(properties) else {}
        answer = client("cloudfront").create_vpc_origin(VpcOriginEndpointConfig=config, **more)
        return described(answer["VpcOrigin"])

    @staticmethod
    def update(pid, old, new):
        config = configuration(new)
        refuse_unreachable(config)
        answer = client("cloudfront").update_vpc_origin(
            Id=pid, IfMatch=version(pid), VpcOriginEndpointConfig=config)
        return described(answer["VpcOrigin"])

    @staticmethod
    def delete(pid, properties):
        client("cloudfront").delete_vpc_origin(Id=pid, IfMatch=version(pid))


def version(pid):
    return client("cloudfront").get_vpc_origin(Id=pid)["ETag"]


def described(origin):
    return origin["Id"], {"Id": origin["Id"], "Arn": origin["Arn"], "Status": "Deployed",
                          "CreatedTime": str(origin["CreatedTime"]),
                          "LastModifiedTime": str(origin["LastModifiedTime"])}


def refuse_unknown(properties):
    """The emulator's own handler writes down any id."""
    origins = client("cloudfront").list_vpc_origins()["VpcOriginList"].get("Items", [])
    known = {each["Id"] for each in origins}
    for origin in properties.get("DistributionConfig", {}).get("Origins", []):
        name = origin.get("VpcOriginConfig", {}).get("VpcOriginId")
        if name is not None and name not in known:
            raise Refused(f"The entity was not found: VpcOriginId {name!r} of {origin.get('Id')}")


def create(own_create, logical_id, properties, stack):
    refuse_unknown(properties)
    return own_create(logical_id, properties, stack)


def update(own_update, pid, old, new):
    refuse_unknown(new)
    return own_update(pid, old, new)


complete("AWS::CloudFront::Distribution",
         "names of its aliases; VPC origins that there are; functions that pick origins",
         create=create, update=update)
