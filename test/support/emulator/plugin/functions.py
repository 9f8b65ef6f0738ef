"""Lambda's Node runtime: the SDK that it carries, the names of the VPC, the authority of RDS."""

import os
import subprocess
import types

import ministack.core.lambda_runtime as lambda_runtime
import ministack.services.lambda_svc as lambda_service
from ministack.core.responses import get_account_id, get_region

#: Where Lambda's runtime keeps the authorities of RDS.
RUNTIME_AUTHORITY = "/var/runtime/ca-cert.pem"
PRELOAD = os.environ.get("EMULATOR_PRELOAD")
AUTHORITY = os.environ.get("EMULATOR_AUTHORITY")


def popen(arguments, *rest, env=None, **options):
    if env and PRELOAD:
        env = {**env, "NODE_OPTIONS": f"--import={PRELOAD}"}
        if env.get("NODE_EXTRA_CA_CERTS") == RUNTIME_AUTHORITY and AUTHORITY:
            env["NODE_EXTRA_CA_CERTS"] = AUTHORITY
    return subprocess.Popen(arguments, *rest, env=env, **options)


def end_workers(invalidate):
    """A changed function ends its own workers: not those of another Region's function of its name."""

    def of_this_region(name, qualifier=None, account=None, region=None):
        invalidate(name, qualifier=qualifier, account=account or get_account_id(),
                   region=region or get_region())

    return of_this_region


def install():
    lambda_service.invalidate_worker = end_workers(lambda_service.invalidate_worker)
    stand_in = types.SimpleNamespace(**vars(subprocess))
    stand_in.Popen = popen
    lambda_runtime.subprocess = stand_in
