"""AWS Backup: what its service refuses, selections, and tests of restoring, which it has no API for."""

from .api import arn, client
from .registry import complete, own, record_only
from .rules import Refused, Rules, holds

NAME = r"[a-zA-Z0-9_.-]{1,50}"
VAULT_ARN = r"arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[a-zA-Z0-9_-]{2,50}"
DAYS = (1, 36500)
TYPES = {"Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"}
#: Most protected resources that a selection of a restore testing plan names.
MOST_TESTED = 30
_tested_plans: set = set()


class Checked(Rules):
    """Rules and one check more, of values that hold only together."""

    def check(self, rtype, properties):
        super().check(rtype, properties)
        CHECKS[rtype](properties)


def refuse_unless(condition, message):
    if not condition:
        raise Refused(message)


def vault_names():
    return {vault["BackupVaultName"]
            for vault in client("backup").list_backup_vaults()["BackupVaultList"]}


def check_vault(properties):
    lock = properties.get("LockConfiguration")
    if lock is None:
        return
    refuse_unless("MinRetentionDays" in lock, "required key [MinRetentionDays] not found")
    least, most = int(lock["MinRetentionDays"]), int(lock.get("MaxRetentionDays", DAYS[1]))
    refuse_unless(least <= most,
                  f"MinRetentionDays {least} must not be more than MaxRetentionDays {most}")


def check_plan(properties):
    plan = properties["BackupPlan"]
    rules = plan.get("BackupPlanRule") or []
    refuse_unless(rules, "a plan must have at least one rule")
    names = [rule.get("RuleName") for rule in rules]
    refuse_unless(len(set(names)) == len(names), f"each RuleName must be its own: {names}")
    known = vault_names()
    for rule in rules:
        check_rule(rule, known)


def check_rule(rule, known):
    name = rule.get("RuleName")
    refuse_unless(holds(name, NAME), f"RuleName: {name!r} is not of the form {NAME}")
    vault = rule.get("TargetBackupVault")
    refuse_unless(vault in known, f"Backup vault {vault} does not exist")
    start = int(rule.get("StartWindowMinutes", 480))
    refuse_unless(start >= 60, f"StartWindowMinutes must be at least 60, got: {start}")
    end = int(rule.get("CompletionWindowMinutes", 10080))
    refuse_unless(end >= start + 60, "CompletionWindowMinutes must be an hour more than the start's")
    days = check_lifecycle(rule.get("Lifecycle", {}))
    if str(rule.get("EnableContinuousBackup")).lower() == "true":
        refuse_unless(days is not None and days <= 35,
                      f"a continuous backup is kept for 1 to 35 days, got: {days}")
    for copy in rule.get("CopyActions", []):
        target = copy.get("DestinationBackupVaultArn")
        refuse_unless(holds(target, VAULT_ARN), f"{target!r} is no ARN of a vault")
        refuse_unless(target != arn("backup", f"backup-vault:{vault}"),
                      f"{vault} cannot be copied into itself")
        check_lifecycle(copy.get("Lifecycle", {}))


def check_lifecycle(lifecycle):
    days = lifecycle.get("DeleteAfterDays")
    if days is None:
        return None
    refuse_unless(holds(days, DAYS), f"DeleteAfterDays: {days} is not between {DAYS[0]} and {DAYS[1]}")
    cold = lifecycle.get("MoveToColdStorageAfterDays")
    refuse_unless(cold is None or int(days) >= int(cold) + 90,
                  "DeleteAfterDays must be 90 days beyond MoveToColdStorageAfterDays")
    return int(days)


def check_selection(properties):
    selection = properties["BackupSelection"]
    chosen = [key for key in ("Resources", "ListOfTags", "Conditions") if selection.get(key)]
    refuse_unless(chosen, "Resources, ListOfTags or Conditions must say what is backed up")
    refuse_unless(len(selection.get("Resources", [])) <= 500, "a selection has 500 resources at most")


def check_tests(properties):
    chosen = properties["RecoveryPointSelection"]
    vaults = chosen.get("IncludeVaults") or []
    refuse_unless(vaults, "IncludeVaults must name a vault")
    known = {arn("backup", f"backup-vault:{name}") for name in vault_names()} | {"*"}
    missing = [vault for vault in vaults if vault not in known]
    refuse_unless(not missing, f"Backup vault {', '.join(missing)} does not exist in this Region")
    types = set(chosen.get("RecoveryPointTypes") or [])
    refuse_unless(types and types <= {"SNAPSHOT", "CONTINUOUS"},
                  f"RecoveryPointTypes: {sorted(types)} must be of SNAPSHOT and CONTINUOUS")


def check_tested(properties):
    plan = properties["RestoreTestingPlanName"]
    refuse_unless(plan in _tested_plans, f"Restore testing plan {plan} does not exist")
    arns = properties.get("ProtectedResourceArns") or []
    refuse_unless(bool(arns) != bool(properties.get("ProtectedResourceConditions")),
                  "exactly one of [ProtectedResourceArns, ProtectedResourceConditions] is needed")
    refuse_unless(len(arns) <= MOST_TESTED, f"a selection has {MOST_TESTED} ARNs at most")


CHECKS = {
    "AWS::Backup::BackupVault": check_vault,
    "AWS::Backup::BackupPlan": check_plan,
    "AWS::Backup::BackupSelection": check_selection,
    "AWS::Backup::RestoreTestingPlan": check_tests,
    "AWS::Backup::RestoreTestingSelection": check_tested,
}


def delete_vault(own_delete, pid, properties):
    [vault] = [it for it in client("backup").list_backup_vaults()["BackupVaultList"]
               if it["BackupVaultName"] == pid]
    refuse_unless(vault["NumberOfRecoveryPoints"] == 0,
                  f"Backup vault cannot be deleted, it contains recovery points: {pid}")
    own_delete(pid, properties)


complete("AWS::Backup::BackupVault", "locks that contradict themselves; keeps a vault that holds anything",
         rules=Checked(required=("BackupVaultName",),
                       allowed={"BackupVaultName": r"[a-zA-Z0-9_-]{2,50}",
                                "LockConfiguration.MinRetentionDays": DAYS,
                                "LockConfiguration.MaxRetentionDays": DAYS,
                                "LockConfiguration.ChangeableForDays": (3, 36500)}),
         delete=delete_vault)
complete("AWS::Backup::BackupPlan", "rules of windows, lifecycles, vaults and copies",
         rules=Checked(required=("BackupPlan.BackupPlanName",)))


@own("AWS::Backup::BackupSelection",
     Checked(required=("BackupPlanId", "BackupSelection.SelectionName",
                       "BackupSelection.IamRoleArn"),
             allowed={"BackupSelection.SelectionName": NAME},
             immutable=("BackupPlanId", "BackupSelection")),
     through="Backup CreateBackupSelection")
class BackupSelection:
    @staticmethod
    def create(logical_id, properties, stack):
        plan = properties["BackupPlanId"]
        answer = client("backup").create_backup_selection(
            BackupPlanId=plan, BackupSelection=properties["BackupSelection"])
        pid = answer["SelectionId"]
        return pid, {"Id": pid, "SelectionId": pid, "BackupPlanId": plan}

    @staticmethod
    def update(pid, old, new):
        raise Refused("every property of a selection is immutable")

    @staticmethod
    def delete(pid, properties):
        client("backup").delete_backup_selection(
            BackupPlanId=properties["BackupPlanId"], SelectionId=pid)


def name_plan(logical_id, properties, stack):
    _tested_plans.add(properties["RestoreTestingPlanName"])
    return properties["RestoreTestingPlanName"]


record_only(
    "AWS::Backup::RestoreTestingPlan",
    Checked(required=("RestoreTestingPlanName", "ScheduleExpression",
                      "RecoveryPointSelection.Algorithm"),
            allowed={"RestoreTestingPlanName": r"[a-zA-Z0-9_]{1,50}",
                     "StartWindowHours": (1, 168),
                     "RecoveryPointSelection.Algorithm": {"LATEST_WITHIN_WINDOW",
                                                          "RANDOM_WITHIN_WINDOW"},
                     "RecoveryPointSelection.SelectionWindowDays": (1, 365)},
            immutable=("RestoreTestingPlanName",)),
    why="AWS Backup's restore testing has no API here, and nothing is restored",
    physical_id=name_plan,
    attributes=lambda pid, properties: {
        "RestoreTestingPlanArn": arn("backup", f"restore-testing-plan:{pid}")},
)

record_only(
    "AWS::Backup::RestoreTestingSelection",
    Checked(required=("RestoreTestingPlanName", "RestoreTestingSelectionName",
                      "ProtectedResourceType", "IamRoleArn"),
            allowed={"RestoreTestingSelectionName": r"[a-zA-Z0-9_]{1,50}",
                     "ProtectedResourceType": TYPES, "ValidationWindowHours": (1, 168)},
            immutable=("RestoreTestingPlanName", "RestoreTestingSelectionName",
                       "ProtectedResourceType")),
    why="AWS Backup's restore testing has no API here, and nothing is restored",
    physical_id=lambda logical_id, p, stack: (
        f"{p['RestoreTestingPlanName']}|{p['RestoreTestingSelectionName']}"),
)
