"""Aurora DSQL: the emulator's service keeps clusters and tells them of their peers; no engine runs."""

from .api import boolean, client, ignoring, tags
from .registry import own
from .rules import Refused, Rules

#: Region sets: peers and their witness are of one.
SETS = ({"us-east-1", "us-east-2", "us-west-2"},
        {"eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"},
        {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"})
GONE = "ResourceNotFoundException"


class OfOneSet(Rules):
    """A witness is of the cluster's own Region set, and another Region."""

    def check(self, rtype, properties):
        super().check(rtype, properties)
        witness = properties.get("MultiRegionProperties", {}).get("WitnessRegion")
        here = client("dsql").meta.region_name
        if witness is None:
            return
        if witness == here or not any({witness, here} <= regions for regions in SETS):
            raise Refused(f"WitnessRegion: {witness} is no other Region of the set of {here}")


def attributes(identifier):
    cluster = client("dsql").get_cluster(identifier=identifier)
    return {"Identifier": identifier, "ResourceArn": cluster["arn"],
            "Endpoint": f"{identifier}.dsql.{client('dsql').meta.region_name}.on.aws",
            "Status": cluster["status"]}


@own("AWS::DSQL::Cluster", OfOneSet(), through="DSQL CreateCluster")
class Cluster:
    @staticmethod
    def create(logical_id, properties, stack):
        options = {}
        if "MultiRegionProperties" in properties:
            given = properties["MultiRegionProperties"]
            options["multiRegionProperties"] = {
                "witnessRegion": given["WitnessRegion"], "clusters": given.get("Clusters", [])}
        made = client("dsql").create_cluster(
            deletionProtectionEnabled=boolean(properties.get("DeletionProtectionEnabled", True)),
            tags={tag["Key"]: tag["Value"] for tag in tags(properties)}, **options)
        return made["identifier"], attributes(made["identifier"])

    @staticmethod
    def update(pid, old, new):
        # Peers are left alone: our function told the service of them.
        client("dsql").update_cluster(
            identifier=pid,
            deletionProtectionEnabled=boolean(new.get("DeletionProtectionEnabled", True)))
        return pid, attributes(pid)

    @staticmethod
    def delete(pid, properties):
        ignoring(GONE, client("dsql").delete_cluster, identifier=pid)
