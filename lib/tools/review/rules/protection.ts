import type { AssemblyResource } from '../../assembly';
import type { Rule } from '../model';
import { groupBy } from '../private/view';
import type { View } from '../private/view';

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide';

/** Types that hold what cannot be made again. */
export const STATEFUL: ReadonlySet<string> = new Set([
  'AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::RDS::GlobalCluster', 'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey',
  'AWS::SecretsManager::Secret', 'AWS::Route53::HostedZone', 'AWS::EFS::FileSystem', 'AWS::Neptune::DBCluster',
  'AWS::RDS::DBShardGroup', 'AWS::Neptune::DBInstance', 'AWS::Neptune::GlobalCluster', 'AWS::Cassandra::Keyspace',
  'AWS::DocDB::DBCluster', 'AWS::Cassandra::Table', 'AWS::DSQL::Cluster', 'AWS::OpenSearchService::Domain',
  'AWS::Cognito::UserPool', 'AWS::Backup::BackupVault',
]); // prettier-ignore
/** What is replaced without a loss; a stack that holds it beside data is deployed often. */
const STATELESS =
  /^AWS::(Lambda::Function|ECS::Service|ElasticLoadBalancingV2::LoadBalancer|AutoScaling::AutoScalingGroup|ApiGateway(V2)?::\w*Api)$/;
const KEPT = new Set(['Retain', 'Snapshot', 'RetainExceptOnCreate']);

const stateful = (view: View): readonly AssemblyResource[] =>
  view.all().filter(({ type }) => STATEFUL.has(type));

export const retained: Rule = {
  id: 'stateful-not-retained',
  severity: 'error',
  title: 'What cannot be made again is retained when its stack is deleted or its resource replaced',
  reason: 'A changed name or a deleted stack would delete the data with it.',
  source: `${CLOUDFORMATION}/aws-attribute-deletionpolicy.html`,
  remedy: 'Set DeletionPolicy and UpdateReplacePolicy to Retain or Snapshot.',
  covers: ['R27', 'D33'],
  *check(view) {
    if (view.intent.production === false) return;
    for (const it of stateful(view)) {
      if (!KEPT.has(it.deletionPolicy ?? ''))
        yield { at: it, message: `DeletionPolicy is ${it.deletionPolicy ?? 'not set'}` };
      if (!KEPT.has(it.updateReplacePolicy ?? '')) {
        yield { at: it, message: `UpdateReplacePolicy is ${it.updateReplacePolicy ?? 'not set'}` };
      }
    }
  },
};

/** Property by which a type refuses deletion. */
const REFUSES: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster': 'DeletionProtection',
  'AWS::RDS::GlobalCluster': 'DeletionProtection',
  'AWS::Neptune::DBCluster': 'DeletionProtection',
  'AWS::Neptune::GlobalCluster': 'DeletionProtection',
  'AWS::DocDB::DBCluster': 'DeletionProtection',
  'AWS::DSQL::Cluster': 'DeletionProtectionEnabled',
};

export const deletionProtection: Rule = {
  id: 'deletion-unprotected',
  severity: 'error',
  title: 'Databases refuse to be deleted',
  reason: 'Whatever the template says, one call deletes an unprotected database.',
  source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html',
  remedy: 'Set DeletionProtection: true on cluster and global cluster.',
  covers: ['R19', 'R27', 'D33'],
  *check(view) {
    if (view.intent.production === false) return;
    for (const [type, property] of Object.entries(REFUSES)) {
      for (const it of view.all(type)) {
        if (view.flag(it, property) !== true && !view.unknown(it, property))
          yield { at: it, message: `${property} is not true` };
      }
    }
    for (const it of view.all('AWS::RDS::DBInstance')) {
      if (!view.has(it, 'DBClusterIdentifier') && view.flag(it, 'DeletionProtection') !== true) {
        yield { at: it, message: 'DeletionProtection is not true' };
      }
    }
  },
};

export const termination: Rule = {
  id: 'stack-unprotected',
  severity: 'error',
  title: 'Stacks that hold data have termination protection',
  reason: 'Deleting the stack takes at least its databases out of management, in one command.',
  source: `${CLOUDFORMATION}/using-cfn-protect-stacks.html`,
  remedy: 'Set terminationProtection: true.',
  covers: ['R27'],
  *check(view) {
    // Plain templates cannot say it.
    const states = [...view.assembly.stacks.values()].some(
      ({ terminationProtection }) => terminationProtection,
    );
    if (view.intent.production === false || !states) return;
    for (const [stack, all] of groupBy(stateful(view), (it) => it.stack)) {
      if (!stack.terminationProtection)
        yield { at: stack, message: `holds ${String(all[0]?.logicalId)} and may be deleted` };
    }
  },
};

export const mixed: Rule = {
  id: 'stateful-beside-stateless',
  severity: 'warning',
  title: 'Data and what is deployed often stand in different stacks',
  reason: 'Every deployment of the code could then replace or roll back the database.',
  source: 'https://docs.aws.amazon.com/cdk/v2/guide/best-practices.html',
  remedy: 'Move the data into a stack of its own.',
  covers: ['R27'],
  *check(view) {
    const deployed = groupBy(
      view.all().filter(({ type }) => STATELESS.test(type)),
      (it) => it.stack,
    );
    const helpers = (it: AssemblyResource): boolean =>
      it.type === 'AWS::Lambda::Function' &&
      view
        .into(it)
        .every(
          ({ type }) =>
            type.startsWith('Custom::') ||
            type.startsWith('AWS::IAM') ||
            type.startsWith('AWS::Lambda'),
        );
    for (const [stack, all] of groupBy(stateful(view), (it) => it.stack)) {
      const code = (deployed.get(stack) ?? []).find((it) => !helpers(it));
      const [data] = all;
      if (code !== undefined && data !== undefined) {
        yield { at: data, message: `stands in ${stack.id} beside ${code.logicalId}` };
      }
    }
  },
};

export const zoneProtection: Rule = {
  id: 'zone-recovery-slow',
  severity: 'warning',
  title: 'The public hosted zone has accelerated recovery',
  reason:
    'Without it records cannot be edited while us-east-1 is down; with it within about an hour.',
  source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/accelerated-recovery.html',
  remedy: 'Set HostedZoneFeatures.EnableAcceleratedRecovery: true.',
  covers: ['R6'],
  *check(view) {
    for (const zone of view.all('AWS::Route53::HostedZone')) {
      if (view.has(zone, 'VPCs')) continue;
      if (view.flag(zone, 'HostedZoneFeatures.EnableAcceleratedRecovery') !== true) {
        yield { at: zone, message: 'has no accelerated recovery' };
      }
    }
  },
};

export const zoneInRegion: Rule = {
  id: 'zone-in-regional-stack',
  severity: 'error',
  title: 'The public hosted zone stands in no stack of a serving Region',
  reason: 'The zone of all Regions would be changed, rolled back and deleted with one of them.',
  source:
    'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html',
  remedy: 'Give the zone a stack of its own.',
  covers: ['R6'],
  *check(view) {
    for (const zone of view.all('AWS::Route53::HostedZone')) {
      if (view.has(zone, 'VPCs')) continue;
      const beside = [...zone.stack.resources.values()].find((it) =>
        /LoadBalancer$|ECS::Service|EC2::VPC$|RDS::/.test(it.type),
      );
      if (beside !== undefined)
        yield { at: zone, message: `stands in a stack with ${beside.logicalId}` };
    }
  },
};

export const PROTECTION_RULES: readonly Rule[] = [
  retained,
  deletionProtection,
  termination,
  mixed,
  zoneProtection,
  zoneInRegion,
];
