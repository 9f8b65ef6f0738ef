"""Small gaps of handlers that the emulator has."""

from .api import client, tags
from .registry import complete
from .rules import Refused, Rules


def tag_bucket(result, properties):
    """GetBucketTagging must show a bucket's tags: CDK's emptying of buckets reads them."""
    if tags(properties):
        client("s3").put_bucket_tagging(Bucket=result[0], Tagging={"TagSet": tags(properties)})
    return result


def delete_bucket(own, pid, properties):
    versions = client("s3").list_object_versions(Bucket=pid, MaxKeys=1)
    if versions.get("Versions") or versions.get("DeleteMarkers"):
        raise Refused(f"The bucket you tried to delete is not empty: {pid}")
    own(pid, properties)


complete("AWS::S3::Bucket", "tags by GetBucketTagging; a bucket that holds anything is not deleted",
         rules=Rules(allowed={"BucketName": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
                              "VersioningConfiguration.Status": {"Enabled", "Suspended"}}),
         create=lambda own, lid, new, stack: tag_bucket(own(lid, new, stack), new),
         update=lambda own, pid, old, new: tag_bucket(own(pid, old, new), new),
         delete=delete_bucket)


def targets(properties):
    return [{"Id": t["Id"], **({"Port": int(t["Port"])} if "Port" in t else {})}
            for t in properties.get("Targets", [])]


def create_group(own, logical_id, properties, stack):
    if properties.get("TargetType") == "lambda":
        wrong = [key for key in ("Port", "Protocol", "VpcId") if key in properties]
        if wrong:
            raise Refused(f"{', '.join(wrong)} must not be given for a Lambda function")
        if len(targets(properties)) > 1:
            raise Refused("a target group has one Lambda function at most")
    result = own(logical_id, properties, stack)
    if targets(properties):
        client("elbv2").register_targets(TargetGroupArn=result[0], Targets=targets(properties))
    return result


def update_group(own, pid, old, new):
    result = own(pid, old, new)
    kept = {target["Id"] for target in targets(new)}
    gone = [{"Id": target["Id"]} for target in targets(old) if target["Id"] not in kept]
    if gone:
        client("elbv2").deregister_targets(TargetGroupArn=result[0], Targets=gone)
    if targets(new):
        client("elbv2").register_targets(TargetGroupArn=result[0], Targets=targets(new))
    return result


complete("AWS::ElasticLoadBalancingV2::TargetGroup", "registers its targets",
         rules=Rules(allowed={"TargetType": {"instance", "ip", "lambda", "alb"},
                              "HealthCheckIntervalSeconds": (5, 300),
                              "HealthCheckTimeoutSeconds": (2, 120),
                              "HealthyThresholdCount": (2, 10),
                              "UnhealthyThresholdCount": (2, 10), "Port": (1, 65535)}),
         create=create_group, update=update_group)

#: Attributes that templates ask for and the emulator's handlers do not answer.
ATTRIBUTES = {
    ("AWS::EC2::VPC", "CidrBlock"): lambda pid, record: record["Properties"]["CidrBlock"],
}
