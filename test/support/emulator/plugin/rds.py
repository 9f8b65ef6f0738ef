"""Aurora global clusters, and real PostgreSQL behind the clusters' endpoints."""

import json
import os
import urllib.request

import ministack.services.rds as rds
from ministack.core.responses import get_region, request_scope, get_account_id

from .api import arn, boolean, client
from .hosts import forget_host, name_host
from .registry import complete, create_name, own
from .rules import Refused, Rules

#: Base address of the program that runs PostgreSQL; without it clusters are metadata.
DATABASES = os.environ.get("EMULATOR_DATABASES")
IDENTIFIER = r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,62}(?<!-)"


@own("AWS::RDS::GlobalCluster",
     Rules(required=("GlobalClusterIdentifier",),
           allowed={"GlobalClusterIdentifier": IDENTIFIER,
                    "Engine": {"aurora-mysql", "aurora-postgresql"}},
           immutable=("GlobalClusterIdentifier", "Engine", "SourceDBClusterIdentifier",
                      "StorageEncrypted")),
     through="RDS CreateGlobalCluster")
class GlobalCluster:
    @staticmethod
    def create(logical_id, properties, stack):
        source = properties.get("SourceDBClusterIdentifier")
        if source and ("Engine" in properties or "StorageEncrypted" in properties):
            raise Refused("Engine and StorageEncrypted are the source cluster's: leave them out")
        if not source and "Engine" not in properties:
            raise Refused("Engine is needed without SourceDBClusterIdentifier")
        options = {key: properties[key] for key in ("Engine", "EngineVersion", "DatabaseName",
                                                    "SourceDBClusterIdentifier")
                   if key in properties}
        for key in ("StorageEncrypted", "DeletionProtection"):
            if key in properties:
                options[key] = boolean(properties[key])
        pid = properties["GlobalClusterIdentifier"].lower()
        client("rds").create_global_cluster(GlobalClusterIdentifier=pid, **options)
        return pid, attributes(pid)

    @staticmethod
    def update(pid, old, new):
        changed = {}
        if new.get("EngineVersion") != old.get("EngineVersion"):
            changed["EngineVersion"] = new["EngineVersion"]
        if new.get("DeletionProtection") != old.get("DeletionProtection"):
            changed["DeletionProtection"] = boolean(new.get("DeletionProtection", False))
        client("rds").modify_global_cluster(GlobalClusterIdentifier=pid, **changed)
        return pid, attributes(pid)

    @staticmethod
    def delete(pid, properties):
        source = properties.get("SourceDBClusterIdentifier")
        [cluster] = client("rds").describe_global_clusters(
            GlobalClusterIdentifier=pid)["GlobalClusters"]
        if cluster.get("DeletionProtection"):
            raise Refused("Cannot delete a global cluster when DeletionProtection is enabled")
        # Of the members CloudFormation itself takes out only the one that the cluster was made from.
        if source and any(m["DBClusterArn"] == source for m in cluster["GlobalClusterMembers"]):
            client("rds").remove_from_global_cluster(
                GlobalClusterIdentifier=pid, DbClusterIdentifier=source)
        client("rds").delete_global_cluster(GlobalClusterIdentifier=pid)


def attributes(pid):
    [cluster] = client("rds").describe_global_clusters(
        GlobalClusterIdentifier=pid)["GlobalClusters"]
    return {"GlobalClusterResourceId": cluster["GlobalClusterResourceId"],
            "GlobalClusterArn": arn("rds", f"global-cluster:{pid}", region="")}


def create_cluster(own_create, logical_id, properties, stack):
    identifier = properties.get("DBClusterIdentifier") or create_name(
        stack, logical_id, lowercase=True, max_len=63)
    if rds._clusters.get(identifier) is not None:
        raise Refused(f"DB cluster {identifier} already exists")
    global_cluster = joined(properties)
    pid, attrs = own_create(logical_id, properties, stack)
    cluster = rds._clusters[pid]
    # One suffix for each account and Region, as on AWS.
    for key, attribute, role in (("Endpoint", "Endpoint.Address", "cluster"),
                                 ("ReaderEndpoint", "ReadEndpoint.Address", "cluster-ro")):
        attrs[attribute] = f"{pid}.{role}-emulated.{get_region()}.rds.amazonaws.com"
        cluster[key] = attrs[attribute]
    source = writer_of(global_cluster)
    if global_cluster is not None:
        rds._attach_cluster_to_global(global_cluster, cluster, is_writer=source is None)
    run_engine(properties, cluster, source)
    return pid, attrs


def joined(properties):
    """The global cluster that a secondary joins; the rules of members are RDS's own."""
    name = properties.get("GlobalClusterIdentifier")
    credentials = [key for key in ("MasterUsername", "MasterUserPassword", "DatabaseName")
                   if key in properties]
    if name is None:
        managed = "ManageMasterUserPassword" in properties
        if not managed and not {"MasterUsername", "MasterUserPassword"} <= set(credentials):
            raise Refused("MasterUsername and MasterUserPassword are needed to create a cluster")
        return None
    global_cluster = rds._global_clusters.get(name)
    if global_cluster is None:
        raise Refused(f"Global cluster {name} not found")
    if global_cluster["GlobalClusterMembers"] and credentials:
        raise Refused(f"Cannot specify {', '.join(credentials)} for a secondary cluster")
    if len(global_cluster["GlobalClusterMembers"]) > 10:
        raise Refused("a global cluster has at most ten secondaries")
    return global_cluster


def writer_of(global_cluster):
    members = global_cluster["GlobalClusterMembers"] if global_cluster else []
    return next((m["DBClusterArn"].split(":")[-1] for m in members if m["IsWriter"]), None)


def run_engine(properties, cluster, source):
    if DATABASES is None:
        return
    address = databases("POST", {
        "identifier": cluster["DBClusterIdentifier"],
        "source": source,
        "username": properties.get("MasterUsername"),
        "password": properties.get("MasterUserPassword"),
    })["address"]
    name_host(cluster["Endpoint"], address)
    name_host(cluster["ReaderEndpoint"], address)


_own_set_writer = rds._set_global_cluster_writer


def set_writer(global_cluster, target_member):
    """A switchover or failover: the engines behind the members change their roles as well."""
    if DATABASES is not None:
        [target, *others] = [m["DBClusterArn"].split(":")[-1] for m in sorted(
            global_cluster["GlobalClusterMembers"], key=lambda m: m is not target_member)]
        databases("PUT", {"identifier": target, "others": others})
    _own_set_writer(global_cluster, target_member)


rds._set_global_cluster_writer = set_writer


def version(properties):
    return [int(part) for part in str(properties.get("EngineVersion", "0")).split(".")]


def update_cluster(own_update, pid, old, new):
    if version(new) < version(old):
        raise Refused(f"Cannot upgrade {new['Engine']} from {old['EngineVersion']} to "
                      f"{new['EngineVersion']}: an older version is never an upgrade")
    return own_update(pid, old, new)


def delete_cluster(own_delete, pid, properties):
    cluster = rds._clusters.get(pid)
    if cluster is None:
        return
    if cluster.get("DeletionProtection"):
        raise Refused("Cannot delete protected Cluster, please disable deletion protection and "
                      "try again")
    if any(i.get("DBClusterIdentifier") == pid for i in rds._instances.values()):
        raise Refused("Cluster cannot be deleted, it still contains DB instances")
    name = cluster.get("GlobalClusterIdentifier")
    if name is not None:
        # CloudFormation's handler takes a member out before it deletes it.
        with request_scope(get_account_id(), get_region()):
            client("rds").remove_from_global_cluster(
                GlobalClusterIdentifier=name, DbClusterIdentifier=cluster["DBClusterArn"])
    if DATABASES is not None:
        databases("DELETE", {"identifier": pid})
        forget_host(cluster["Endpoint"])
        forget_host(cluster["ReaderEndpoint"])
    own_delete(pid, properties)


def databases(method, body):
    request = urllib.request.Request(DATABASES, json.dumps(body).encode(), method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


complete("AWS::RDS::DBCluster",
         "joins its global cluster; refuses what RDS refuses of members; PostgreSQL runs behind it",
         rules=Rules(required=("Engine",),
                     allowed={"DBClusterIdentifier": IDENTIFIER,
                              "BackupRetentionPeriod": (1, 35), "Port": (1150, 65535)}),
         create=create_cluster, update=update_cluster, delete=delete_cluster)
