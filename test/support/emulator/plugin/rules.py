"""Documented constraints of a resource type, as data: what CloudFormation or the service refuses."""

import re
from dataclasses import dataclass, field

MISSING = object()


class Refused(ValueError):
    """What the service would answer to this template."""


@dataclass(frozen=True)
class Rules:
    """Paths are dotted (`HealthCheckConfig.Type`); a rule of an absent property holds."""

    #: Properties that must be there.
    required: tuple = ()
    #: Every property that the type has at its top level; others are refused. Empty: not checked.
    known: tuple = ()
    #: Path -> set of values, (least, most) of a number, or a regular expression of the whole text.
    allowed: dict = field(default_factory=dict)
    #: Of each group exactly one must be there.
    one_of: tuple = ()
    #: A changed one needs a new physical resource.
    immutable: tuple = ()

    def check(self, rtype, properties):
        """@raises Refused naming every fault"""
        faults = [f"required key [{path}] not found" for path in self.required
                  if look(properties, path) is MISSING]
        faults += [f"extraneous key [{key}] is not permitted" for key in properties
                   if self.known and key not in self.known and key != "Tags"]
        for path, allowed in self.allowed.items():
            value = look(properties, path)
            if value is not MISSING and not holds(value, allowed):
                faults.append(f"{path}: {value!r} is not {describe(allowed)}")
        for group in self.one_of:
            present = [path for path in group if look(properties, path) is not MISSING]
            if len(present) != 1:
                found = ", ".join(present) or "none"
                faults.append(f"exactly one of [{', '.join(group)}] is needed, found: {found}")
        if faults:
            raise Refused(f"Properties validation failed for {rtype}: {'; '.join(faults)}")


def look(properties, path):
    value = properties
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def holds(value, allowed):
    if isinstance(allowed, tuple):
        least, most = allowed
        try:
            return least <= float(value) <= most
        except (TypeError, ValueError):
            return False
    if isinstance(allowed, str):
        return isinstance(value, str) and re.fullmatch(allowed, value) is not None
    return value in allowed


def describe(allowed):
    if isinstance(allowed, tuple):
        return f"between {allowed[0]} and {allowed[1]}"
    if isinstance(allowed, str):
        return f"of the form {allowed}"
    return f"one of {sorted(map(str, allowed))}"
