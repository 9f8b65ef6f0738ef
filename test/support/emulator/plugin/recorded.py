"""Types of services that the emulator does not have: checked, kept, not deployed."""

from ministack.core.responses import get_account_id, get_region, new_uuid

from .registry import record_only
from .rules import Rules

NAMESPACE = {"ecs", "elasticmapreduce", "ec2", "appstream", "dynamodb", "rds", "sagemaker",
             "custom-resource", "comprehend", "lambda", "cassandra", "kafka", "elasticache",
             "neptune", "workspaces"}

record_only(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    Rules(required=("MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension",
                    "ServiceNamespace"),
          allowed={"ServiceNamespace": NAMESPACE, "MinCapacity": (0, 10**9),
                   "MaxCapacity": (0, 10**9)},
          immutable=("ResourceId", "ScalableDimension", "ServiceNamespace")),
    why="Application Auto Scaling has no API here",
    physical_id=lambda logical_id, p, stack: (
        f"{p['ResourceId']}|{p['ScalableDimension']}|{p['ServiceNamespace']}"),
    attributes=lambda pid, properties: {"Id": pid},
)

record_only(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    Rules(required=("PolicyName", "PolicyType"),
          allowed={"PolicyType": {"TargetTrackingScaling", "StepScaling", "PredictiveScaling"},
                   "TargetTrackingScalingPolicyConfiguration.ScaleInCooldown": (0, 10**6),
                   "TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown": (0, 10**6)},
          immutable=("PolicyName", "ResourceId", "ScalableDimension", "ServiceNamespace",
                     "ScalingTargetId")),
    why="Application Auto Scaling has no API here",
    physical_id=lambda logical_id, p, stack: (
        f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{new_uuid()}"
        f":policyName/{p['PolicyName']}"),
    attributes=lambda pid, properties: {"Arn": pid},
)

record_only(
    "AWS::AutoScaling::WarmPool",
    Rules(required=("AutoScalingGroupName",),
          allowed={"MinSize": (0, 10**4), "MaxGroupPreparedCapacity": (-1, 10**4),
                   "PoolState": {"Stopped", "Running", "Hibernated"}},
          immutable=("AutoScalingGroupName",)),
    why="the emulator's Auto Scaling has no warm pools",
    physical_id=lambda logical_id, properties, stack: properties["AutoScalingGroupName"],
)

NAMED = r"[\w-]{1,60}"
WHY_NO_DELIVERY = "CloudWatch Logs has no deliveries here, and no CDN that logs"

for end, kind, form in (
    ("DeliverySource", "delivery-source", {"LogType": r"\w{1,255}"}),
    ("DeliveryDestination", "delivery-destination",
     {"OutputFormat": {"json", "plain", "w3c", "raw", "parquet"}}),
):
    record_only(
        f"AWS::Logs::{end}",
        Rules(required=("Name",), allowed={"Name": NAMED, **form}, immutable=("Name",)),
        why=WHY_NO_DELIVERY,
        physical_id=lambda logical_id, properties, stack: properties["Name"],
        attributes=lambda pid, properties, kind=kind: {
            "Arn": f"arn:aws:logs:{get_region()}:{get_account_id()}:{kind}:{pid}"},
    )

record_only(
    "AWS::Logs::Delivery",
    Rules(required=("DeliveryDestinationArn", "DeliverySourceName"),
          allowed={"S3SuffixPath": r".{0,256}"},
          immutable=("DeliveryDestinationArn", "DeliverySourceName")),
    why=WHY_NO_DELIVERY,
    physical_id=lambda logical_id, properties, stack: new_uuid()[:16],
    attributes=lambda pid, properties: {"DeliveryId": pid},
)

record_only(
    "AWS::ECR::PullThroughCacheRule",
    Rules(required=("EcrRepositoryPrefix",),
          allowed={"EcrRepositoryPrefix": r"((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*"
                                          r"[a-z0-9]+(?:[._-][a-z0-9]+)*/?|ROOT)",
                   "UpstreamRegistryUrl": {"public.ecr.aws", "quay.io", "registry.k8s.io",
                                           "registry-1.docker.io", "ghcr.io"}},
          immutable=("EcrRepositoryPrefix", "UpstreamRegistryUrl", "UpstreamRegistry",
                     "CredentialArn")),
    why="ECR has no pull-through cache here, and no image is pulled",
    physical_id=lambda logical_id, properties, stack: properties["EcrRepositoryPrefix"],
)

record_only(
    "AWS::Budgets::Budget",
    Rules(allowed={"Budget.BudgetType": {"COST", "USAGE", "RI_UTILIZATION", "RI_COVERAGE",
                                         "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"},
                   "Budget.TimeUnit": {"DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"}},
          immutable=("NotificationsWithSubscribers",)),
    why="nothing here costs anything, and nobody is told",
    physical_id=lambda logical_id, properties, stack: f"{stack}-{logical_id}",
)

record_only(
    "AWS::DLM::LifecyclePolicy",
    Rules(allowed={"State": {"ENABLED", "DISABLED"}, "Description": r"[0-9A-Za-z _-]{1,500}",
                   "PolicyDetails.PolicyType": {"EBS_SNAPSHOT_MANAGEMENT", "IMAGE_MANAGEMENT",
                                                "EVENT_BASED_POLICY"}}),
    why="Data Lifecycle Manager has no API here, and no snapshot is made",
    physical_id=lambda logical_id, properties, stack: f"policy-{new_uuid().replace('-', '')[:17]}",
    attributes=lambda pid, properties: {
        "Arn": f"arn:aws:dlm:{get_region()}:{get_account_id()}:policy/{pid}"},
)

IDENTIFIER = r"[a-z](-?[a-z0-9])*"
NEPTUNE = "the emulator has no Neptune"

record_only(
    "AWS::Neptune::DBCluster",
    Rules(allowed={"DBClusterIdentifier": IDENTIFIER, "BackupRetentionPeriod": (1, 35),
                   "EngineVersion": r"1\.\d+\.\d+\.\d+"},
          immutable=("DBClusterIdentifier", "DBSubnetGroupName", "KmsKeyId", "StorageEncrypted")),
    why=NEPTUNE,
    physical_id=lambda logical_id, p, stack: p["DBClusterIdentifier"],
    attributes=lambda pid, properties: {
        "ClusterResourceId": f"cluster-{new_uuid().replace('-', '')[:26].upper()}",
        "Endpoint": f"{pid}.cluster-emulated.{get_region()}.neptune.amazonaws.com",
        "ReadEndpoint": f"{pid}.cluster-ro-emulated.{get_region()}.neptune.amazonaws.com",
        "Port": "8182"},
)

record_only(
    "AWS::Neptune::DBInstance",
    Rules(required=("DBInstanceClass",),
          allowed={"DBInstanceClass": r"db\.[a-z0-9]+\.[a-z0-9]+", "DBInstanceIdentifier": IDENTIFIER},
          immutable=("DBInstanceIdentifier", "DBClusterIdentifier", "AvailabilityZone")),
    why=NEPTUNE,
    physical_id=lambda logical_id, p, stack: p["DBInstanceIdentifier"],
)

record_only(
    "AWS::Neptune::GlobalCluster",
    Rules(allowed={"GlobalClusterIdentifier": IDENTIFIER},
          immutable=("GlobalClusterIdentifier", "SourceDBClusterIdentifier")),
    why=NEPTUNE,
    physical_id=lambda logical_id, p, stack: p["GlobalClusterIdentifier"],
)

record_only(
    "AWS::Neptune::DBClusterParameterGroup",
    Rules(required=("Description", "Family", "Parameters"),
          allowed={"Family": r"neptune1(\.\d)?"}, immutable=("Description", "Family", "Name")),
    why=NEPTUNE,
    physical_id=lambda logical_id, p, stack: f"{stack}-{logical_id}".lower(),
)

record_only(
    "AWS::Neptune::DBSubnetGroup",
    Rules(required=("DBSubnetGroupDescription", "SubnetIds")),
    why=NEPTUNE,
    physical_id=lambda logical_id, p, stack: f"{stack}-{logical_id}".lower(),
)

record_only(
    "AWS::RDS::DBShardGroup",
    Rules(required=("DBClusterIdentifier", "MaxACU"),
          allowed={"DBShardGroupIdentifier": IDENTIFIER, "MaxACU": (16, 6144),
                   "MinACU": (16, 6144), "ComputeRedundancy": (0, 2)},
          immutable=("DBClusterIdentifier", "DBShardGroupIdentifier", "PubliclyAccessible")),
    why="the emulator has no Limitless, and nothing is divided",
    physical_id=lambda logical_id, p, stack: p["DBShardGroupIdentifier"],
    attributes=lambda pid, properties: {
        "DBShardGroupResourceId": f"shardgroup-{new_uuid().replace('-', '')[:26]}",
        "Endpoint": f"{pid}.shardgrp-emulated.{get_region()}.rds.amazonaws.com"},
)

NAME = r"[a-zA-Z0-9][a-zA-Z0-9_]{1,47}"

record_only(
    "AWS::Cassandra::Keyspace",
    Rules(allowed={"KeyspaceName": NAME,
                   "ReplicationSpecification.ReplicationStrategy": {"SINGLE_REGION",
                                                                    "MULTI_REGION"}},
          immutable=("KeyspaceName",)),
    why="the emulator has no Keyspaces",
    physical_id=lambda logical_id, p, stack: p["KeyspaceName"],
)

record_only(
    "AWS::Cassandra::Table",
    Rules(required=("KeyspaceName", "PartitionKeyColumns"),
          allowed={"KeyspaceName": NAME, "TableName": NAME,
                   "DefaultTimeToLive": (0, 630_720_000),
                   "BillingMode.Mode": {"ON_DEMAND", "PROVISIONED"}},
          immutable=("KeyspaceName", "TableName", "PartitionKeyColumns",
                     "ClusteringKeyColumns", "ClientSideTimestampsEnabled")),
    why="the emulator has no Keyspaces",
    physical_id=lambda logical_id, p, stack: f"{p['KeyspaceName']}|{p['TableName']}",
)

record_only(
    "AWS::ElastiCache::ServerlessCache",
    Rules(required=("Engine", "ServerlessCacheName"),
          allowed={"Engine": {"valkey", "redis", "memcached"},
                   "ServerlessCacheName": r"[a-z](?!.*--)[a-z0-9-]{0,38}[a-z0-9]",
                   "CacheUsageLimits.DataStorage.Unit": {"GB"},
                   "CacheUsageLimits.DataStorage.Maximum": (1, 5000),
                   "CacheUsageLimits.DataStorage.Minimum": (1, 5000),
                   "CacheUsageLimits.ECPUPerSecond.Maximum": (1000, 15_000_000),
                   "CacheUsageLimits.ECPUPerSecond.Minimum": (1000, 15_000_000),
                   "SnapshotRetentionLimit": (0, 35)},
          immutable=("KmsKeyId", "ServerlessCacheName", "SubnetIds")),
    why="its API keeps one by an engine in a container, which the ring does not have",
    physical_id=lambda logical_id, properties, stack: properties["ServerlessCacheName"],
    attributes=lambda pid, properties: {
        "ARN": f"arn:aws:elasticache:{get_region()}:{get_account_id()}:serverlesscache:{pid}",
        "Endpoint.Address": f"{pid}.serverless.{get_region()}.cache.amazonaws.com",
        "Endpoint.Port": "6379",
        "ReaderEndpoint.Address": f"{pid}.serverless.{get_region()}.cache.amazonaws.com",
        "ReaderEndpoint.Port": "6380"},
)

REGION_NAME = r"[a-z]{2}(-[a-z]+)+-\d"

record_only(
    "AWS::ARCRegionSwitch::Plan",
    Rules(required=("ExecutionRole", "Name", "RecoveryApproach", "Regions", "Workflows"),
          known=("AssociatedAlarms", "Description", "ExecutionRole", "Name", "PrimaryRegion",
                 "RecoveryApproach", "RecoveryTimeObjectiveMinutes", "Regions",
                 "ReportConfiguration", "ServiceQuotaChecksEnabled", "Triggers", "Workflows"),
          allowed={"ExecutionRole": r"arn:aws[a-zA-Z0-9-]*:iam::\d{12}:role/.+",
                   "Name": r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?",
                   "PrimaryRegion": REGION_NAME,
                   "RecoveryApproach": {"activeActive", "activePassive"},
                   "RecoveryTimeObjectiveMinutes": (1, 10080)},
          immutable=("Name", "PrimaryRegion", "RecoveryApproach", "Regions")),
    why="ARC Region switch has no API here, and no plan is carried out",
    physical_id=lambda logical_id, properties, stack: (
        f"arn:aws:arc-region-switch::{get_account_id()}:plan/{properties['Name']}"
        f":{new_uuid()[:6]}"),
    attributes=lambda pid, properties: {"Arn": pid, "Owner": get_account_id(), "Version": "1"},
)

record_only(
    "AWS::FIS::ExperimentTemplate",
    Rules(required=("Description", "RoleArn", "StopConditions", "Targets"),
          allowed={"Description": r".{1,512}",
                   "ExperimentOptions.AccountTargeting": {"single-account", "multi-account"},
                   "ExperimentOptions.EmptyTargetResolutionMode": {"fail", "skip"},
                   "LogConfiguration.LogSchemaVersion": (1, 2)},
          immutable=("ExperimentOptions.AccountTargeting",)),
    why="the emulator has no Fault Injection Service, and no experiment is carried out",
    physical_id=lambda logical_id, properties, stack: f"EXT{new_uuid().replace('-', '')[:14]}",
    attributes=lambda pid, properties: {"Id": pid},
)
