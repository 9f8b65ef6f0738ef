"""RDS Proxy: the emulator's own service keeps it; behind its names answers the cluster's PostgreSQL."""

import ministack.services.rds as rds

from .api import boolean, client, ignoring, tags
from .hosts import address_of, forget_host, name_host
from .registry import own
from .rules import Refused, Rules

NAME = r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,62}(?<!-)"
GONE = "NotFoundFault"


def auth(properties):
    entries = [{key: entry[key] for key in ("AuthScheme", "SecretArn", "IAMAuth",
                                            "ClientPasswordAuthType", "Description")
                if key in entry} for entry in properties["Auth"]]
    secrets = [entry.get("SecretArn") for entry in entries]
    if len(set(secrets)) < len(secrets):
        raise Refused("Auth names a secret twice")
    return entries


def proxy_attributes(name):
    [proxy] = client("rds").describe_db_proxies(DBProxyName=name)["DBProxies"]
    return {"DBProxyArn": proxy["DBProxyArn"], "Endpoint": proxy["Endpoint"],
            "VpcId": proxy.get("VpcId", "")}


@own("AWS::RDS::DBProxy",
     Rules(required=("DBProxyName", "EngineFamily", "RoleArn", "VpcSubnetIds", "Auth"),
           allowed={"DBProxyName": NAME, "EngineFamily": {"MYSQL", "POSTGRESQL", "SQLSERVER"},
                    "IdleClientTimeout": (1, 28800)},
           immutable=("DBProxyName", "EngineFamily", "VpcSubnetIds")),
     through="RDS CreateDBProxy")
class Proxy:
    @staticmethod
    def create(logical_id, properties, stack):
        name = properties["DBProxyName"]
        client("rds").create_db_proxy(
            DBProxyName=name, EngineFamily=properties["EngineFamily"],
            RoleArn=properties["RoleArn"], VpcSubnetIds=properties["VpcSubnetIds"],
            VpcSecurityGroupIds=properties.get("VpcSecurityGroupIds", []), Tags=tags(properties),
            **changeable(properties))
        return name, proxy_attributes(name)

    @staticmethod
    def update(pid, old, new):
        client("rds").modify_db_proxy(
            DBProxyName=pid, RoleArn=new["RoleArn"],
            SecurityGroups=new.get("VpcSecurityGroupIds", []), **changeable(new))
        return pid, proxy_attributes(pid)

    @staticmethod
    def delete(pid, properties):
        for endpoint in list(rds._db_proxy_endpoints.values()):
            if endpoint["DBProxyName"] == pid:
                forget_host(endpoint["Endpoint"])
        ignoring(GONE, client("rds").delete_db_proxy, DBProxyName=pid)


def changeable(properties):
    options = {"Auth": auth(properties), "RequireTLS": boolean(properties.get("RequireTLS", False)),
               "DebugLogging": boolean(properties.get("DebugLogging", False))}
    if "IdleClientTimeout" in properties:
        options["IdleClientTimeout"] = int(properties["IdleClientTimeout"])
    return options


@own("AWS::RDS::DBProxyEndpoint",
     Rules(required=("DBProxyName", "DBProxyEndpointName", "VpcSubnetIds"),
           allowed={"DBProxyEndpointName": NAME, "TargetRole": {"READ_WRITE", "READ_ONLY"}},
           immutable=("DBProxyName", "DBProxyEndpointName", "VpcSubnetIds")),
     through="RDS CreateDBProxyEndpoint")
class ProxyEndpoint:
    @staticmethod
    def create(logical_id, properties, stack):
        made = client("rds").create_db_proxy_endpoint(
            DBProxyName=properties["DBProxyName"],
            DBProxyEndpointName=properties["DBProxyEndpointName"],
            VpcSubnetIds=properties["VpcSubnetIds"],
            VpcSecurityGroupIds=properties.get("VpcSecurityGroupIds", []),
            TargetRole=properties.get("TargetRole", "READ_WRITE"))["DBProxyEndpoint"]
        lead(properties["DBProxyName"])
        return made["DBProxyEndpointName"], endpoint_attributes(made)

    @staticmethod
    def update(pid, old, new):
        made = client("rds").modify_db_proxy_endpoint(
            DBProxyEndpointName=pid,
            VpcSecurityGroupIds=new.get("VpcSecurityGroupIds", []))["DBProxyEndpoint"]
        return pid, endpoint_attributes(made)

    @staticmethod
    def delete(pid, properties):
        endpoint = rds._db_proxy_endpoints.get(pid)
        if endpoint is not None:
            forget_host(endpoint["Endpoint"])
        ignoring(GONE, client("rds").delete_db_proxy_endpoint, DBProxyEndpointName=pid)


def endpoint_attributes(made):
    return {"DBProxyEndpointArn": made["DBProxyEndpointArn"], "Endpoint": made["Endpoint"],
            "VpcId": made.get("VpcId", ""), "IsDefault": "false"}


@own("AWS::RDS::DBProxyTargetGroup",
     Rules(required=("DBProxyName", "TargetGroupName"),
           allowed={"TargetGroupName": {"default"},
                    "ConnectionPoolConfigurationInfo.MaxConnectionsPercent": (1, 100),
                    "ConnectionPoolConfigurationInfo.MaxIdleConnectionsPercent": (0, 100),
                    "ConnectionPoolConfigurationInfo.ConnectionBorrowTimeout": (0, 300)},
           one_of=(("DBClusterIdentifiers", "DBInstanceIdentifiers"),),
           immutable=("DBProxyName", "TargetGroupName")),
     through="RDS RegisterDBProxyTargets")
class ProxyTargetGroup:
    @staticmethod
    def create(logical_id, properties, stack):
        name = properties["DBProxyName"]
        pool(properties)
        client("rds").register_db_proxy_targets(
            DBProxyName=name, TargetGroupName="default", **targets(properties))
        lead(name)
        return target_group(name)

    @staticmethod
    def update(pid, old, new):
        if targets(old) != targets(new):
            raise Refused("another cluster behind a proxy is not tried here")
        pool(new)
        return target_group(new["DBProxyName"])

    @staticmethod
    def delete(pid, properties):
        ignoring(GONE, client("rds").deregister_db_proxy_targets,
                 DBProxyName=properties["DBProxyName"], TargetGroupName="default",
                 **targets(properties))


def targets(properties):
    return {key: properties[key] for key in ("DBClusterIdentifiers", "DBInstanceIdentifiers")
            if key in properties}


def pool(properties):
    wanted = properties.get("ConnectionPoolConfigurationInfo", {})
    numbers = {key: int(wanted[key]) for key in (
        "MaxConnectionsPercent", "MaxIdleConnectionsPercent", "ConnectionBorrowTimeout")
        if key in wanted}
    most = numbers.get("MaxConnectionsPercent", 100)
    if numbers.get("MaxIdleConnectionsPercent", 0) > most:
        raise Refused("MaxIdleConnectionsPercent must not be above MaxConnectionsPercent")
    client("rds").modify_db_proxy_target_group(
        DBProxyName=properties["DBProxyName"], TargetGroupName="default",
        ConnectionPoolConfig=numbers)


def target_group(name):
    [group] = client("rds").describe_db_proxy_target_groups(DBProxyName=name)["TargetGroups"]
    return group["TargetGroupArn"], {"TargetGroupArn": group["TargetGroupArn"]}


def lead(name):
    """No connections are shared: the proxy's names are those of its cluster's server."""
    for target in rds._db_proxies[name]["Targets"]:
        if target["Type"] != "TRACKED_CLUSTER":
            continue
        address = address_of(rds._clusters[target["RdsResourceId"]]["Endpoint"])
        for endpoint in rds._db_proxy_endpoints.values():
            if address is not None and endpoint["DBProxyName"] == name:
                name_host(endpoint["Endpoint"], address)
