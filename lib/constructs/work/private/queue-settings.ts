import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit } from 'aws-cdk-lib/aws-sqs';
import type { QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Protection } from '../../../config';
import { lifecycleOf } from '../../lifecycle';

/** A data key serves so long, so that KMS is not asked for each message. */
const KEY_REUSE = Duration.hours(1);

/** What all queues of ours have in common: our key, TLS only, throughput by group. */
export function queueSettings(key: IKey, protection: Protection, fifo: boolean): QueueProps {
  return {
    encryptionMasterKey: key,
    dataKeyReuse: KEY_REUSE,
    enforceSSL: true,
    removalPolicy: lifecycleOf(protection).removalPolicy,
    ...(fifo && {
      fifo,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    }),
  };
}
