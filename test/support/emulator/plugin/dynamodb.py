"""Replicas of global tables, made by the emulator's own UpdateTable."""

from ministack.core.responses import get_region

from .api import boolean, client
from .registry import complete
from .rules import Refused, Rules

#: Strong consistency stays inside one of these.
REGION_SETS = (
    {"us-east-1", "us-east-2", "us-west-2"},
    {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"},
    {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"},
)


def replicas(properties):
    return [replica["Region"] for replica in properties["Replicas"]]


def check(properties):
    regions = replicas(properties)
    if get_region() not in regions:
        raise Refused(f"Replicas must hold the stack's own Region {get_region()}")
    if len(set(regions)) != len(regions):
        raise Refused("Replicas must not name a Region twice")
    strong = properties.get("MultiRegionConsistency") == "STRONG"
    if strong:
        check_strong(properties, regions)
    elif len(regions) > 1:
        view = (properties.get("StreamSpecification") or {}).get("StreamViewType")
        if view != "NEW_AND_OLD_IMAGES":
            raise Refused("StreamSpecification with NEW_AND_OLD_IMAGES is needed with replicas")
    keys = {key["AttributeName"] for key in properties["KeySchema"]}
    defined = {definition["AttributeName"] for definition in properties["AttributeDefinitions"]}
    if not keys <= defined:
        raise Refused(f"AttributeDefinitions must define {', '.join(sorted(keys - defined))}")


def check_strong(properties, regions):
    witnesses = [w["Region"] for w in properties.get("GlobalTableWitnesses", [])]
    everywhere = {*regions, *witnesses}
    if (len(regions), len(witnesses)) not in ((3, 0), (2, 1)):
        raise Refused("STRONG needs three replicas, or two and a witness")
    if not any(everywhere <= region_set for region_set in REGION_SETS):
        raise Refused(f"STRONG needs one Region set, got: {', '.join(sorted(everywhere))}")
    for unsupported in ("TimeToLiveSpecification", "LocalSecondaryIndexes"):
        if unsupported in properties:
            raise Refused(f"{unsupported} is not supported with STRONG")


def create(own_create, logical_id, properties, stack):
    check(properties)
    pid, attributes = own_create(logical_id, properties, stack)
    for region in replicas(properties):
        if region != get_region():
            change(pid, "Create", region)
    protect(pid, properties)
    return pid, attributes


def update(own_update, pid, old, new):
    check(new)
    before, after = set(replicas(old)), set(replicas(new))
    changes = [("Create", region) for region in sorted(after - before)]
    changes += [("Delete", region) for region in sorted(before - after)]
    if len(changes) > 1:
        raise Refused("Cannot perform more than one replica addition or deletion per update")
    result = own_update(pid, old, new)
    for action, region in changes:
        change(pid, action, region)
    protect(pid, new)
    return result


def delete(own_delete, pid, properties):
    for region in replicas(properties):
        if protected(pid, region):
            raise Refused(f"Table {pid} in {region} is protected against deletion")
    for region in replicas(properties):
        if region != get_region():
            change(pid, "Delete", region)
    own_delete(pid, properties)


def change(table, action, region):
    client("dynamodb").update_table(
        TableName=table, ReplicaUpdates=[{action: {"RegionName": region}}])


def protect(table, properties):
    for replica in properties["Replicas"]:
        wanted = boolean(replica.get("DeletionProtectionEnabled", False))
        if protected(table, replica["Region"]) != wanted:
            client("dynamodb", replica["Region"]).update_table(
                TableName=table, DeletionProtectionEnabled=wanted)


def protected(table, region):
    described = client("dynamodb", region).describe_table(TableName=table)["Table"]
    return described.get("DeletionProtectionEnabled", False)


complete("AWS::DynamoDB::GlobalTable",
         "replicas, one change of them an update; deletion protection; rules of strong consistency",
         rules=Rules(required=("AttributeDefinitions", "KeySchema", "Replicas"),
                     allowed={"BillingMode": {"PAY_PER_REQUEST", "PROVISIONED"},
                              "MultiRegionConsistency": {"STRONG", "EVENTUAL"}},
                     immutable=("TableName", "LocalSecondaryIndexes", "KeySchema",
                                "MultiRegionConsistency")),
         create=create, update=update, delete=delete)
