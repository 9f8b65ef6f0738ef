"""S3: what it refuses of a replication configuration."""

import re

import ministack.services.s3 as service

_own = service._put_bucket_replication


def _put_bucket_replication(bucket_name, body):
    text = body.decode()
    for rule in re.findall(r"<Rule>.*?</Rule>", text, re.DOTALL):
        [destination] = re.findall(r"<Bucket>arn:aws:s3:::([^<]+)</Bucket>", rule)
        if service._bucket_owner_account(destination) is None:
            return refuse(bucket_name, "Destination bucket must exist.")
        if "<SseKmsEncryptedObjects>" in rule and "<ReplicaKmsKeyID>" not in rule:
            return refuse(bucket_name, "ReplicaKmsKeyID must be specified if "
                                       "SseKmsEncryptedObjects tag is present.")
    return _own(bucket_name, body)


def refuse(bucket_name, message):
    return service._error("InvalidRequest", message, 400, f"/{bucket_name}")


service._put_bucket_replication = _put_bucket_replication
