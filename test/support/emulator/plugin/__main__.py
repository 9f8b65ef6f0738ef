"""`python -m plugin`: the emulator with what it lacks. `python -m plugin coverage`: what is what."""

import json
import sys

from . import backup, cloudwatch, completed, dsql, dynamodb, ec2, engine, functions, proxies, rds, recorded, route53, s3, secrets, vpc_origins, wafv2  # noqa: F401
from .registry import COMPLETED, OWN, RECORDED


def coverage():
    import ministack.services.cloudformation.provisioners as provisioners

    return {"service": sorted(set(provisioners._RESOURCE_HANDLERS) - set(OWN) - set(RECORDED)),
            "completed": COMPLETED, "own": OWN, "recorded": RECORDED}


if sys.argv[1:] == ["coverage"]:
    print(json.dumps(coverage(), sort_keys=True))
else:
    from ministack.app import main

    from . import balancers, edge, parameters

    balancers.install()
    edge.install()
    engine.install()
    functions.install()
    parameters.install()
    main()
