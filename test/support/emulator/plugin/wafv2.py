"""A web ACL's resources."""

from .api import client
from .registry import own, record_only
from .rules import Refused, Rules

ACL = r"arn:aws:wafv2:[a-z0-9-]+:\d{12}:(regional|global)/webacl/[\w-]+/.+"


@own("AWS::WAFv2::WebACLAssociation",
     Rules(required=("ResourceArn", "WebACLArn"),
           allowed={"WebACLArn": ACL, "ResourceArn": r"arn:aws:.+"},
           immutable=("ResourceArn", "WebACLArn")),
     through="WAFv2 AssociateWebACL")
class Association:
    @staticmethod
    def create(logical_id, properties, stack):
        acl, resource = properties["WebACLArn"], properties["ResourceArn"]
        if ":global/" in acl:
            raise Refused("a distribution names its web ACL itself: only REGIONAL ones associate")
        if acl.split(":")[3] != resource.split(":")[3]:
            raise Refused(f"{acl} and {resource} must be in one Region")
        client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=resource)
        return f"{acl}|{resource}", {}

    @staticmethod
    def update(pid, old, new):
        return pid, {}

    @staticmethod
    def delete(pid, properties):
        client("wafv2").disassociate_web_acl(ResourceArn=properties["ResourceArn"])


record_only(
    "AWS::WAFv2::LoggingConfiguration",
    Rules(required=("LogDestinationConfigs", "ResourceArn"), allowed={"ResourceArn": ACL},
          immutable=("ResourceArn",)),
    why="WAFv2 has no logging API here",
    physical_id=lambda logical_id, properties, stack: properties["ResourceArn"],
)
