"""What the emulator's CloudFormation engine itself lacks."""

import os
import sys
import threading

import ministack.services.cloudformation.changesets  # noqa: F401
import ministack.services.cloudformation.custom_resource as custom_resource
import ministack.services.cloudformation.engine as engine
import ministack.services.cloudformation.handlers  # noqa: F401
from ministack.core.responses import get_account_id, get_region, request_scope

from .completed import ATTRIBUTES

_own_resolve = engine._resolve_refs
_own_conditions = engine._evaluate_conditions
#: Longest wait for a custom resource's answer: on AWS it is its timeout, an hour by default.
_PATIENCE_SECONDS = float(os.environ.get("EMULATOR_PATIENCE", "60"))


def resolve(value, resources, *rest):
    if isinstance(value, dict):
        output = value.get("Fn::GetStackOutput")
        if output and output.get("Region", get_region()) != get_region():
            with request_scope(get_account_id(), output["Region"]):
                here = {key: v for key, v in output.items() if key != "Region"}
                return _own_resolve({"Fn::GetStackOutput": here}, resources, *rest)
        if "Fn::GetAtt" in value:
            found = attribute(value["Fn::GetAtt"], resources)
            if found is not None:
                return found
    return _own_resolve(value, resources, *rest)


def conditions(template, parameters):
    """Conditions may ask for pseudo parameters, too."""
    pseudo = {"AWS::Region": get_region(), "AWS::AccountId": get_account_id(),
              "AWS::Partition": "aws"}
    values = {name: {"Value": value} for name, value in pseudo.items()}
    return _own_conditions(template, {**values, **parameters})


def attribute(reference, resources):
    name, key = reference.split(".", 1) if isinstance(reference, str) else reference
    record = resources.get(name, {})
    if "PhysicalResourceId" not in record or key in record.get("Attributes", {}):
        return None
    answer = ATTRIBUTES.get((record.get("ResourceType"), key))
    return answer(record["PhysicalResourceId"], record) if answer else None


class _Impatient(threading.Event):
    def wait(self, timeout=None):
        return super().wait(min(timeout or _PATIENCE_SECONDS, _PATIENCE_SECONDS))


def _register_token(token):
    event = _Impatient()
    with custom_resource._lock:
        custom_resource._pending[token] = {"event": event, "result": None}
    return event


def install():
    for name, module in list(sys.modules.items()):
        if not name.startswith("ministack.services.cloudformation"):
            continue
        if getattr(module, "_resolve_refs", None) is _own_resolve:
            module._resolve_refs = resolve
        if getattr(module, "_evaluate_conditions", None) is _own_conditions:
            module._evaluate_conditions = conditions
    custom_resource.register_token = _register_token
