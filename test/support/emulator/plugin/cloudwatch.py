"""Alarms on metric math, which the emulator's handler refuses, and alarms over alarms."""

from .api import arn, client
from .registry import complete, create_name, own
from .rules import Refused, Rules

PLAIN = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit")
COPIED = ("AlarmDescription", "AlarmActions", "OKActions", "InsufficientDataActions",
          "ComparisonOperator", "TreatMissingData")
NUMBERS = ("EvaluationPeriods", "DatapointsToAlarm")
OPERATORS = {f"{than}{threshold}Threshold" for than in ("GreaterThan", "LessThan")
             for threshold in ("", "OrEqualTo")} | {
    "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"}


def check_math(properties):
    mixed = [key for key in PLAIN if key in properties]
    if mixed:
        raise Refused(f"{', '.join(mixed)} must not stand beside Metrics")
    metrics = properties["Metrics"]
    ids = [metric["Id"] for metric in metrics]
    if len(set(ids)) != len(ids) or not all(i[:1].islower() for i in ids):
        raise Refused(f"each Id must be its own and begin with a lower-case letter: {ids}")
    for metric in metrics:
        if ("Expression" in metric) == ("MetricStat" in metric):
            raise Refused(f"{metric['Id']} must have either Expression or MetricStat")
    returned = [metric["Id"] for metric in metrics
                if str(metric.get("ReturnData", True)).lower() == "true"]
    if len(returned) != 1:
        raise Refused(f"exactly one metric must have ReturnData, got: {returned}")


def put(name, properties):
    check_math(properties)
    options = {key: properties[key] for key in COPIED if key in properties}
    options |= {key: int(properties[key]) for key in NUMBERS if key in properties}
    if "Threshold" in properties:
        options["Threshold"] = float(properties["Threshold"])
    client("cloudwatch").put_metric_alarm(AlarmName=name, **options)
    return name, {"Arn": arn("cloudwatch", f"alarm:{name}")}


def create(own_create, logical_id, properties, stack):
    if "Metrics" not in properties:
        return own_create(logical_id, properties, stack)
    return put(properties.get("AlarmName") or create_name(stack, logical_id), properties)


def update(own_update, pid, old, new):
    return put(pid, new) if "Metrics" in new else own_update(pid, old, new)


complete("AWS::CloudWatch::Alarm",
         "alarms on metric math, checked and kept without their expressions",
         rules=Rules(required=("ComparisonOperator", "EvaluationPeriods"),
                     allowed={"ComparisonOperator": OPERATORS,
                              "Period": (10, 86400), "EvaluationPeriods": (1, 8640),
                              "TreatMissingData": {"breaching", "notBreaching", "ignore",
                                                   "missing"}}),
         create=create, update=update)


@own("AWS::CloudWatch::CompositeAlarm",
     Rules(required=("AlarmRule",), allowed={"AlarmRule": r"[\s\S]{1,10240}"},
           immutable=("AlarmName",)),
     through="CloudWatch PutCompositeAlarm")
class CompositeAlarm:
    """The service reads the rule, and refuses one on an alarm that is not there."""

    @staticmethod
    def put(name, properties):
        options = {key: properties[key] for key in (*COPIED[:4], "AlarmRule") if key in properties}
        client("cloudwatch").put_composite_alarm(AlarmName=name, **options)
        return name, {"Arn": arn("cloudwatch", f"alarm:{name}")}

    @staticmethod
    def create(logical_id, properties, stack):
        name = properties.get("AlarmName") or create_name(stack, logical_id)
        return CompositeAlarm.put(name, properties)

    @staticmethod
    def update(pid, old, new):
        return CompositeAlarm.put(pid, new)

    @staticmethod
    def delete(pid, properties):
        client("cloudwatch").delete_alarms(AlarmNames=[pid])
