"""Lambda's Node runtime: the SDK that it carries, the names of the VPC, the authority of RDS."""

import os
import subprocess
import types

import ministack.core.lambda_runtime as lambda_runtime

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


def install():
    stand_in = types.SimpleNamespace(**vars(subprocess))
    stand_in.Popen = popen
    lambda_runtime.subprocess = stand_in
