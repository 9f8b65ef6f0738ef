"""Addresses, NAT gateways, flow logs and rules of security groups, kept in the emulator's EC2."""

import ipaddress

from ministack.core.responses import new_uuid

from .api import boolean, client, ignoring, tags
from .registry import own
from .rules import Refused, Rules

PORT = (-1, 65535)


@own("AWS::EC2::EIP", Rules(allowed={"Domain": {"vpc", "standard"}}, immutable=("Domain",)),
     through="EC2 AllocateAddress")
class Address:
    @staticmethod
    def create(logical_id, properties, stack):
        answer = client("ec2").allocate_address(Domain="vpc")
        if tags(properties):
            client("ec2").create_tags(Resources=[answer["AllocationId"]], Tags=tags(properties))
        return answer["PublicIp"], {
            "AllocationId": answer["AllocationId"], "PublicIp": answer["PublicIp"]}

    @staticmethod
    def update(pid, old, new):
        [address] = client("ec2").describe_addresses(PublicIps=[pid])["Addresses"]
        return pid, {"AllocationId": address["AllocationId"], "PublicIp": pid}

    @staticmethod
    def delete(pid, properties):
        for address in client("ec2").describe_addresses(PublicIps=[pid]).get("Addresses", []):
            client("ec2").release_address(AllocationId=address["AllocationId"])


@own("AWS::EC2::NatGateway",
     Rules(required=("SubnetId",), allowed={"ConnectivityType": {"public", "private"}},
           immutable=("SubnetId", "AllocationId", "ConnectivityType")),
     through="EC2 CreateNatGateway")
class NatGateway:
    @staticmethod
    def create(logical_id, properties, stack):
        kind = properties.get("ConnectivityType", "public")
        if kind == "public" and "AllocationId" not in properties:
            raise Refused("AllocationId must be specified for a public NAT gateway")
        subnets = client("ec2").describe_subnets(SubnetIds=[properties["SubnetId"]])["Subnets"]
        if not subnets:
            raise Refused(f"The subnet ID '{properties['SubnetId']}' does not exist")
        options = {"SubnetId": properties["SubnetId"], "ConnectivityType": kind}
        if "AllocationId" in properties:
            options["AllocationId"] = properties["AllocationId"]
        if tags(properties):
            options["TagSpecifications"] = [
                {"ResourceType": "natgateway", "Tags": tags(properties)}]
        pid = client("ec2").create_nat_gateway(**options)["NatGateway"]["NatGatewayId"]
        return pid, {"NatGatewayId": pid}

    @staticmethod
    def update(pid, old, new):
        return pid, {"NatGatewayId": pid}

    @staticmethod
    def delete(pid, properties):
        client("ec2").delete_nat_gateway(NatGatewayId=pid)


@own("AWS::EC2::FlowLog",
     Rules(required=("ResourceId", "ResourceType"),
           allowed={"ResourceType": {"NetworkInterface", "Subnet", "VPC", "TransitGateway",
                                     "TransitGatewayAttachment", "RegionalNatGateway"},
                    "TrafficType": {"ACCEPT", "REJECT", "ALL"},
                    "LogDestinationType": {"cloud-watch-logs", "s3", "kinesis-data-firehose"},
                    "MaxAggregationInterval": {60, 600, "60", "600"}},
           immutable=("ResourceId", "ResourceType", "TrafficType", "LogDestination",
                      "LogDestinationType", "LogGroupName", "LogFormat",
                      "MaxAggregationInterval", "DestinationOptions")),
     through="EC2 CreateFlowLogs")
class FlowLog:
    @staticmethod
    def create(logical_id, properties, stack):
        kind = properties["ResourceType"]
        if not kind.startswith("TransitGateway") and "TrafficType" not in properties:
            raise Refused("TrafficType is needed for a VPC, subnet or network interface")
        options = {k: properties[k] for k in ("TrafficType", "LogDestinationType",
                                              "LogDestination", "LogGroupName", "LogFormat",
                                              "DeliverLogsPermissionArn") if k in properties}
        [pid] = client("ec2").create_flow_logs(
            ResourceIds=[properties["ResourceId"]], ResourceType=kind, **options)["FlowLogIds"]
        return pid, {"Id": pid}

    @staticmethod
    def update(pid, old, new):
        return pid, {"Id": pid}

    @staticmethod
    def delete(pid, properties):
        client("ec2").delete_flow_logs(FlowLogIds=[pid])


@own("AWS::EC2::Volume",
     Rules(required=("AvailabilityZone",),
           allowed={"Size": (1, 65536), "Iops": (100, 256000), "Throughput": (125, 2000),
                    "VolumeType": {"standard", "io1", "io2", "gp2", "gp3", "sc1", "st1"}},
           immutable=("AvailabilityZone", "Encrypted", "KmsKeyId", "SnapshotId")),
     through="EC2 CreateVolume")
class Volume:
    @staticmethod
    def create(logical_id, properties, stack):
        if "Size" not in properties and "SnapshotId" not in properties:
            raise Refused("Size or SnapshotId is needed")
        options = {key: properties[key] for key in ("VolumeType", "KmsKeyId", "SnapshotId")
                   if key in properties}
        options |= {key: int(properties[key]) for key in ("Size", "Iops", "Throughput")
                    if key in properties}
        if "Encrypted" in properties:
            options["Encrypted"] = boolean(properties["Encrypted"])
        if tags(properties):
            options["TagSpecifications"] = [{"ResourceType": "volume", "Tags": tags(properties)}]
        pid = client("ec2").create_volume(
            AvailabilityZone=properties["AvailabilityZone"], **options)["VolumeId"]
        return pid, {"VolumeId": pid}

    @staticmethod
    def update(pid, old, new):
        changed = {key: new[key] for key in ("Size", "VolumeType", "Iops", "Throughput")
                   if new.get(key) != old.get(key)}
        if int(new.get("Size", 0)) < int(old.get("Size", 0)):
            raise Refused("New size cannot be smaller than existing size")
        if changed:
            client("ec2").modify_volume(VolumeId=pid, **changed)
        return pid, {"VolumeId": pid}

    @staticmethod
    def delete(pid, properties):
        client("ec2").delete_volume(VolumeId=pid)


def permission(properties, peer):
    """A rule's properties as the API's IpPermission."""
    protocol = str(properties["IpProtocol"])
    result = {"IpProtocol": protocol}
    if protocol not in ("-1", "icmp", "icmpv6"):
        if "FromPort" not in properties or "ToPort" not in properties:
            raise Refused(f"FromPort and ToPort are needed with protocol {protocol}")
        if int(properties["FromPort"]) > int(properties["ToPort"]):
            raise Refused("FromPort must not be above ToPort")
    if "FromPort" in properties:
        result |= {"FromPort": int(properties["FromPort"]), "ToPort": int(properties["ToPort"])}
    text = {"Description": properties["Description"]} if "Description" in properties else {}
    if "CidrIp" in properties:
        try:
            ipaddress.IPv4Network(properties["CidrIp"])
        except ValueError as error:
            raise Refused(f"CIDR block {properties['CidrIp']} is malformed: {error}") from error
        return result | {"IpRanges": [{"CidrIp": properties["CidrIp"], **text}]}
    if "CidrIpv6" in properties:
        return result | {"Ipv6Ranges": [{"CidrIpv6": properties["CidrIpv6"], **text}]}
    if f"{peer}SecurityGroupId" in properties:
        group = properties[f"{peer}SecurityGroupId"]
        return result | {"UserIdGroupPairs": [{"GroupId": group, **text}]}
    return result | {"PrefixListIds": [{"PrefixListId": properties[f"{peer}PrefixListId"]}]}


def rule_of(direction, peer):
    """A rule is its group, protocol, ports and peer; only its description may be changed."""
    peers = ("CidrIp", "CidrIpv6", f"{peer}SecurityGroupId", f"{peer}PrefixListId")
    rules = Rules(required=("GroupId", "IpProtocol"), one_of=(peers,),
                  allowed={"FromPort": PORT, "ToPort": PORT,
                           "Description": r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}"},
                  immutable=("GroupId", "IpProtocol", "FromPort", "ToPort", *peers))

    @own(f"AWS::EC2::SecurityGroup{direction.capitalize()}", rules,
         through=f"EC2 AuthorizeSecurityGroup{direction.capitalize()}")
    class Rule:
        @staticmethod
        def create(logical_id, properties, stack):
            authorize = getattr(client("ec2"), f"authorize_security_group_{direction}")
            authorize(GroupId=properties["GroupId"], IpPermissions=[permission(properties, peer)])
            pid = f"sgr-{new_uuid().replace('-', '')[:17]}"
            return pid, {"Id": pid}

        @staticmethod
        def update(pid, old, new):
            return pid, {"Id": pid}

        @staticmethod
        def delete(pid, properties):
            revoke = getattr(client("ec2"), f"revoke_security_group_{direction}")
            # The group went first, and its rules with it.
            ignoring("NotFound", revoke, GroupId=properties["GroupId"],
                     IpPermissions=[permission(properties, peer)])

    return Rule


rule_of("ingress", "Source")
rule_of("egress", "Destination")
