"""Handlers of ours beside the emulator's own, and what each of them is."""

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.cloudformation.stacks as stacks
from ministack.core.responses import get_account_id, get_region

from .rules import Rules

#: Type -> what we add to the emulator's own handler.
COMPLETED: dict = {}
#: Type -> the API that our handler calls.
OWN: dict = {}
#: Type -> why nothing but the properties is kept.
RECORDED: dict = {}
#: Types whose handler calls the emulator's own API and must not block its event loop.
_BLOCKING: set = set()
_records: dict = {}

_own_threads = stacks._runs_on_worker_thread
stacks._runs_on_worker_thread = lambda rtype: rtype in _BLOCKING or _own_threads(rtype)


def own(rtype, rules: Rules, *, through):
    """Registers a class with `create(logical_id, properties, stack)`, `update(id, old, new)` and
    `delete(id, properties)`; create and update answer the physical id and the attributes.

    :param through: the API that keeps the state
    """

    def register(handler):
        OWN[rtype] = through
        _register(rtype, rules, handler)
        return handler

    return register


def record_only(rtype, rules: Rules, *, why, physical_id, attributes=lambda pid, properties: {}):
    """A type of which the emulator has no service: properties are checked and kept, no more."""

    class Record:
        @staticmethod
        def create(logical_id, properties, stack):
            pid = physical_id(logical_id, properties, stack)
            key = (get_account_id(), get_region(), rtype, pid)
            if key in _records:
                raise ValueError(f"{rtype} {pid} already exists")
            _records[key] = properties
            return pid, attributes(pid, properties)

        @staticmethod
        def update(pid, old, new):
            _records[(get_account_id(), get_region(), rtype, pid)] = new
            return pid, attributes(pid, new)

        @staticmethod
        def delete(pid, properties):
            _records.pop((get_account_id(), get_region(), rtype, pid), None)

    RECORDED[rtype] = why
    _register(rtype, rules, Record)


def _register(rtype, rules, handler):
    _BLOCKING.add(rtype)

    def create(logical_id, properties, stack):
        rules.check(rtype, properties)
        return handler.create(logical_id, properties, stack)

    def update(pid, old, new, stack, logical_id=None):
        rules.check(rtype, new)
        return handler.update(pid, old, new)

    provisioners._REPLACING_PROPERTIES[rtype] = rules.immutable
    provisioners._RESOURCE_HANDLERS[rtype] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": handler.delete,
    }


def complete(rtype, adds, *, rules=None, create=None, update=None, delete=None):
    """Wraps the emulator's own handler. `create(own, logical_id, properties, stack)` and its
    siblings are given the emulator's function first.

    :param adds: what is missing without it, for the coverage table
    """
    handler = provisioners._RESOURCE_HANDLERS[rtype]
    COMPLETED[rtype] = adds
    _BLOCKING.add(rtype)
    own_create, own_update, own_delete = (handler.get(k) for k in ("create", "update", "delete"))

    def checked_create(logical_id, properties, stack):
        if rules:
            rules.check(rtype, properties)
        if create:
            return create(own_create, logical_id, properties, stack)
        return own_create(logical_id, properties, stack)

    def checked_update(pid, old, new, stack, logical_id=None):
        if rules:
            rules.check(rtype, new)
        rest = (stack, logical_id) if handler.get("own_logical_id") else (stack,)
        plain = lambda *a: own_update(*a, *rest)  # noqa: E731
        return update(plain, pid, old, new) if update else plain(pid, old, new)

    handler["own_logical_id"] = handler.get("update_with_logical_id", False)
    handler["create"] = checked_create
    if own_update:
        handler["update"], handler["update_with_logical_id"] = checked_update, True
    if delete:
        handler["delete"] = lambda pid, properties, *rest: delete(
            lambda *a: own_delete(*a, *rest), pid, properties)


def create_name(stack, logical_id, **options):
    """The name that CloudFormation gives a resource that has none."""
    return provisioners._physical_name(stack, logical_id, **options)
