"""What is generated, replicas that leave a secret, and rotation.

There is no RemoveRegionsFromReplication here.
"""

import json

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.secretsmanager as secretsmanager
from ministack.core.responses import get_account_id, get_region, request_scope

from .api import boolean, client
from .registry import complete, own
from .rules import Refused, Rules


def regions(properties):
    return {replica["Region"] for replica in properties.get("ReplicaRegions", [])}


def create(own_create, logical_id, properties, stack):
    if get_region() in regions(properties):
        raise Refused("The replica region can't be the same as the primary secret region")
    return by_arn(own_create(logical_id, properties, stack))


own_text = provisioners._sm_secret_string


def text(properties):
    """Of a generated one the emulator's handler excludes no kind of character; its API does."""
    spec = properties.get("GenerateSecretString")
    if spec is None or properties.get("SecretString"):
        return own_text(properties)
    asked = {name: boolean(value) if name.startswith(("Exclude", "Include", "Require"))
             and name != "ExcludeCharacters" else value for name, value in spec.items()}
    asked["PasswordLength"] = int(spec.get("PasswordLength", 32))
    status, _, body = secretsmanager._get_random_password(asked)
    answer = json.loads(body)
    if status >= 400:
        raise Refused(answer["message"])
    password = answer["RandomPassword"]
    template = spec.get("SecretStringTemplate")
    if template is None:
        return password
    return json.dumps({**json.loads(template), spec["GenerateStringKey"]: password})


provisioners._sm_secret_string = text


def by_arn(result):
    """`Ref` of a secret is its ARN, where the emulator answers its name."""
    name, attributes = result[0], result[1]
    return secretsmanager._secrets[name]["ARN"], attributes


def update(own_update, pid, old, new):
    name, _ = secretsmanager._resolve(pid)
    result = own_update(name, old, new)
    secret = secretsmanager._secrets.get(result[0])
    for region in regions(old) - regions(new):
        with request_scope(get_account_id(), region):
            secretsmanager._secrets.pop(secret["Name"], None)
    secret["ReplicationStatus"] = [status for status in secret.get("ReplicationStatus", [])
                                   if status.get("Region") in regions(new)]
    return by_arn(result)


def delete(own_delete, pid, properties):
    name, secret = secretsmanager._resolve(pid)
    if secret is not None:
        own_delete(name, properties)


complete("AWS::SecretsManager::Secret",
         "its reference is its ARN; generates of the characters that the template leaves; takes "
         "replicas away that it drops",
         rules=Rules(allowed={"Name": r"[a-zA-Z0-9/_+=.@-]{1,512}"}),
         create=create, update=update, delete=delete)


@own("AWS::SecretsManager::RotationSchedule",
     Rules(required=("SecretId",),
           allowed={"RotationRules.AutomaticallyAfterDays": (1, 1000),
                    "RotationRules.ScheduleExpression": r"(rate|cron)\(.+\)",
                    "RotationRules.Duration": r"\d+h"},
           immutable=("SecretId",)),
     through="Secrets Manager's rotation settings")
class RotationSchedule:
    @staticmethod
    def create(logical_id, properties, stack):
        if "HostedRotationLambda" not in properties and "RotationLambdaARN" not in properties:
            raise Refused("RotationLambdaARN or HostedRotationLambda is needed")
        rules = properties.get("RotationRules", {})
        if "AutomaticallyAfterDays" in rules and "ScheduleExpression" in rules:
            raise Refused("RotationRules must not have both AutomaticallyAfterDays and "
                          "ScheduleExpression")
        _, secret = secretsmanager._resolve(properties["SecretId"])
        if secret is None:
            raise Refused("Secrets Manager can't find the specified secret.")
        function = properties.get("RotationLambdaARN")
        if function is not None:
            client("lambda").get_function(FunctionName=function)
        secret.update(RotationEnabled=True, RotationLambdaARN=function, RotationRules=rules)
        return secret["ARN"], {"Id": secret["ARN"]}

    @staticmethod
    def update(pid, old, new):
        return RotationSchedule.create("", new, "")

    @staticmethod
    def delete(pid, properties):
        _, secret = secretsmanager._resolve(properties["SecretId"])
        if secret is not None:
            secret.update(RotationEnabled=False, RotationLambdaARN=None, RotationRules=None)
