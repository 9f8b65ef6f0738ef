import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { Names, clustersOf, tablesOf } from '../../../config';
import type { Deployment, RegionName } from '../../../config';
import { readSecrets, useDataKey, useOwnTables, useStores, useTables } from '../../security';

export interface ServerStatementsProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Ids of what the instance takes over when it starts. */
  readonly volumeId: string;
  /** Allocation of the address. */
  readonly allocationId: string;
}

/** What the instance may do: as workload and as migration, and take over volume and address. */
export function serverStatements(
  scope: IConstruct,
  props: ServerStatementsProps,
): PolicyStatement[] {
  const { deployment, region } = props;
  const names = new Names(deployment);
  const place = { deployment, region };
  const secrets = [
    names.signingSecret(),
    names.originSecret(),
    ...deployment.domains.map(({ name }) => names.domainSecret(name)),
    ...clustersOf(deployment).map(({ store, shard }) => names.masterSecret(store.name, shard)),
  ];
  return [
    readSecrets(place, secrets),
    ...useOwnTables(place, tablesOf(deployment)),
    useTables(place, ['server-topology'], ['GetItem', 'PutItem']),
    ...useStores(place, deployment.stores),
    useDataKey(place, ['dynamodb', 'secretsmanager']),
    ...takeOver(scope, props),
    attachEncrypted(props),
  ];
}

function takeOver(
  scope: IConstruct,
  { volumeId, allocationId }: ServerStatementsProps,
): PolicyStatement[] {
  const ec2 = (resource: string, resourceName: string): string =>
    Arn.format(
      { service: 'ec2', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME },
      Stack.of(scope),
    );
  return [
    new PolicyStatement({
      actions: ['ec2:AttachVolume', 'ec2:DetachVolume'],
      resources: [ec2('volume', volumeId), ec2('instance', '*')],
    }),
    new PolicyStatement({
      actions: ['ec2:AssociateAddress'],
      resources: [
        ec2('elastic-ip', allocationId),
        ec2('instance', '*'),
        ec2('network-interface', '*'),
      ],
    }),
    // It has no resource to name.
    new PolicyStatement({ actions: ['ec2:DescribeVolumes'], resources: ['*'] }),
  ];
}

/**
 * Attaching an encrypted volume asks the key for a grant, for EC2 alone.
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
function attachEncrypted({ deployment, region }: ServerStatementsProps): PolicyStatement {
  const alias = new Names(deployment).keyAlias();
  return new PolicyStatement({
    actions: [
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: [`arn:aws:kms:${region}:${deployment.account}:key/*`],
    conditions: {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias },
      StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` },
    },
  });
}
