"""AWS's public parameters, of which the emulator keeps none."""

import hashlib
import re

import ministack.services.ssm as ssm
from ministack.core.responses import get_region

_own = ssm.resolve_parameter_value
IMAGE = re.compile(
    r"/aws/service/ami-amazon-linux-latest/al2023-ami-(minimal-)?kernel-(default|6\.\d+)-(arm64|x86_64)")


def resolve(name, *rest, **options):
    """An image of its own in each Region, as there is on AWS; names that AWS has not are not there."""
    if not IMAGE.fullmatch(name):
        return _own(name, *rest, **options)
    return f"ami-{hashlib.sha256(f'{get_region()} {name}'.encode()).hexdigest()[:17]}"


def install():
    ssm.resolve_parameter_value = resolve
