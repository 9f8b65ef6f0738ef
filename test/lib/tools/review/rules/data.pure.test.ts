import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2'];
const vault = (name: string): string => `arn:aws:backup:${name}:123456789012:backup-vault:v`;
/** The plan stands in us-east-1. */
const HERE = vault('us-east-1');
const ELSEWHERE = { CopyActions: [{ DestinationBackupVaultArn: vault('us-west-2') }] };

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {}),
      Parameters: resource('AWS::RDS::DBClusterParameterGroup', {
        Family: 'aurora-postgresql17',
        Parameters: { 'rds.force_ssl': '1' },
      }),
      Cluster: resource('AWS::RDS::DBCluster', {
        DBClusterIdentifier: `main-${name}`,
        Engine: 'aurora-postgresql',
        EngineVersion: '17.7',
        DBClusterParameterGroupName: { Ref: 'Parameters' },
        BackupRetentionPeriod: 14,
        StorageEncrypted: true,
        CopyTagsToSnapshot: true,
        ...(name === 'us-east-1' ? { MasterUsername: 'x' } : { GlobalClusterIdentifier: 'main' }),
      }),
      Writer: resource('AWS::RDS::DBInstance', {
        DBClusterIdentifier: { Ref: 'Cluster' },
        DBInstanceClass: 'db.r8g.large',
        PromotionTier: 0,
      }),
      Reader: resource('AWS::RDS::DBInstance', {
        DBClusterIdentifier: { Ref: 'Cluster' },
        DBInstanceClass: 'db.r8g.large',
        PromotionTier: 1,
      }),
      Function: resource('AWS::Lambda::Function', {
        Environment: { Variables: { TABLE: 'sessions' } },
      }),
      Cache: resource('AWS::ElastiCache::ReplicationGroup', {
        CacheNodeType: 'cache.m7g.large',
        AutomaticFailoverEnabled: true,
        MultiAZEnabled: true,
        NumCacheClusters: 2,
      }),
      Migration: resource('Custom::MeridianMigration', {
        Seed: JSON.stringify({
          logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
          shards: { s0: { home: 'us-east-1' } },
        }),
      }),
    },
  },
});

const bucket = (name: string, other: string) =>
  resource('AWS::S3::Bucket', {
    BucketName: name,
    VersioningConfiguration: { Status: 'Enabled' },
    ReplicationConfiguration: {
      Rules: [
        {
          Status: 'Enabled',
          DeleteMarkerReplication: { Status: 'Enabled' },
          Destination: { Bucket: `arn:aws:s3:::${other}`, ReplicationTime: { Status: 'Enabled' } },
        },
      ],
    },
  });

/** A bucket whose copies another resource declares, as ours of uploads. */
const uploads = (name: string) =>
  resource('AWS::S3::Bucket', {
    BucketName: `uploads-${name}`,
    VersioningConfiguration: { Status: 'Enabled' },
  });

const replication = (name: string, ...others: readonly string[]) =>
  resource('Custom::MeridianReplication', {
    Bucket: `uploads-${name}`,
    Destinations: others.map((other) => `uploads-${other}`),
  });

const replica = (Region: string) => ({
  Region,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  DeletionProtectionEnabled: true,
});

const application = (): Stacks => {
  const stacks: Stacks = {
    ...Object.fromEntries(REGIONS.map((name) => [name, region(name)])),
    global: {
      region: 'us-east-1',
      template: {
        Resources: {
          Global: resource('AWS::RDS::GlobalCluster', {
            GlobalClusterIdentifier: 'main',
            SourceDBClusterIdentifier: 'main-us-east-1',
          }),
          Sessions: resource('AWS::DynamoDB::GlobalTable', {
            TableName: 'sessions',
            Replicas: REGIONS.map(replica),
            TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
          }),
          Control: resource('AWS::DynamoDB::GlobalTable', {
            TableName: 'control',
            MultiRegionConsistency: 'STRONG',
            Replicas: REGIONS.map(replica),
          }),
          Datastore: resource('AWS::ElastiCache::GlobalReplicationGroup', { Members: [] }),
          Plan: resource('AWS::Backup::BackupPlan', {
            BackupPlan: { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: 'x' }] }] },
          }),
          Vault: resource('AWS::Backup::BackupVault', {
            LockConfiguration: { MinRetentionDays: 7 },
          }),
          Restore: resource('AWS::Backup::RestoreTestingPlan', {}),
        },
      },
    },
  };
  const at = (name: string) => stacks[name]!.template.Resources;
  at('us-east-1')['Site'] = bucket('site-a', 'site-b');
  at('us-west-2')['Site'] = bucket('site-b', 'site-a');
  for (const name of REGIONS) {
    at(name)['Uploads'] = uploads(name);
    at(name)['Copies'] = replication(name, ...REGIONS.filter((other) => other !== name));
  }
  at('us-east-1')['Primary'] = resource('AWS::KMS::Key', { MultiRegion: true });
  at('us-west-2')['Primary'] = resource('AWS::KMS::ReplicaKey', { PrimaryKeyArn: 'x' });
  at('us-east-1')['Reads'] = resource('AWS::Lambda::Function', {
    Environment: { Variables: { BUCKET: 'site-a' } },
  });
  return stacks;
};

const seed = (map: object): string => JSON.stringify(map);
const RULES = 'ReplicationConfiguration.Rules.0';
// prettier-ignore
const CASES: readonly Case[] = [
  ['global-database-alone', 'a global database in one Region', 'global/Global', (it) => { it.drop('us-east-2/Cluster', 'GlobalClusterIdentifier'); it.drop('us-west-2/Cluster', 'GlobalClusterIdentifier'); }],
  ['global-database-alone', 'a secondary without an instance', 'us-west-2/Cluster', (it) => { it.drop('us-west-2/Writer'); it.drop('us-west-2/Reader'); }],
  ['global-database-alone', 'a member of no global cluster', 'us-west-2/Cluster', (it) => { it.set('us-west-2/Cluster', 'GlobalClusterIdentifier', 'other'); }],
  ['global-database-unequal', 'a secondary of another version', 'us-west-2/Cluster', (it) => { it.set('us-west-2/Cluster', 'EngineVersion', '17.4'); }],
  ['global-database-unequal', 'a smaller secondary', 'us-west-2/Writer', (it) => { it.set('us-west-2/Writer', 'DBInstanceClass', 'db.r8g.medium'); it.set('us-west-2/Reader', 'DBInstanceClass', 'db.r8g.medium'); }],
  ['parameter-family-wrong', 'a family of another version', 'us-west-2/Parameters', (it) => { it.set('us-west-2/Parameters', 'Family', 'aurora-postgresql16'); }],
  ['secondary-with-credentials', 'a secondary with a user', 'us-west-2/Cluster', (it) => { it.set('us-west-2/Cluster', 'MasterUsername', 'x'); }],
  ['database-one-instance', 'one instance', 'us-west-2/Cluster', (it) => { it.drop('us-west-2/Reader'); }],
  ['database-one-instance', 'a reader that is never promoted', 'us-west-2/Cluster', (it) => { it.set('us-west-2/Reader', 'PromotionTier', 15); }],
  ['database-backup-weak', 'backups of a day', 'us-east-1/Cluster', (it) => { it.set('us-east-1/Cluster', 'BackupRetentionPeriod', 1); }],
  ['database-backup-weak', 'no encryption', 'us-east-1/Cluster', (it) => { it.drop('us-east-1/Cluster', 'StorageEncrypted'); }],
  ['backup-copy-missing', 'backups that stay where they are', 'global/Plan', (it) => { it.set('global/Plan', 'BackupPlan', { BackupPlanRule: [{}] }); }],
  ['backup-copy-missing', 'a copy in the Region of the backups', 'global/Plan', (it) => { it.set('global/Plan', 'BackupPlan', { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: HERE }] }] }); }],
  ['backup-copy-missing', 'backups of a day', 'global/Plan', (it) => { it.set('global/Plan', 'BackupPlan', { BackupPlanRule: [{ ...ELSEWHERE, Lifecycle: { DeleteAfterDays: 1 } }] }); }],
  ['backup-copy-missing', 'backups that go before the lock lets them', 'global/Plan', (it) => {
    it.set('global/Vault', 'LockConfiguration', { MinRetentionDays: 30 });
    it.set('global/Plan', 'BackupPlan', { BackupPlanRule: [{ ...ELSEWHERE, TargetBackupVault: { Ref: 'Vault' }, Lifecycle: { DeleteAfterDays: 14 } }] });
  }],
  ['backup-copy-missing', 'backups for ever, where the lock has an end', 'global/Plan', (it) => {
    it.set('global/Vault', 'LockConfiguration', { MinRetentionDays: 7, MaxRetentionDays: 365 });
    it.set('global/Plan', 'BackupPlan', { BackupPlanRule: [{ ...ELSEWHERE, TargetBackupVault: { Ref: 'Vault' } }] });
  }],
  ['backup-copy-missing', 'no test of restoring', 'global/Plan', (it) => { it.drop('global/Restore'); }],
  ['backup-copy-missing', 'a vault without a lock', 'global/Vault', (it) => { it.drop('global/Vault', 'LockConfiguration'); }],
  ['rpo-parameter-stalls', 'the parameter with one secondary', 'us-east-2/Parameters', (it) => { it.drop('us-west-2/Cluster', 'GlobalClusterIdentifier'); it.set('us-east-2/Parameters', 'Parameters', { 'rds.global_db_rpo': '20' }); }],
  ['table-replica-missing', 'a Region that uses a table without a replica', 'global/Sessions', (it) => { it.drop('global/Sessions', 'Replicas.1'); }],
  ['table-unprotected', 'a replica without recovery', 'global/Sessions', (it) => { it.drop('global/Sessions', 'Replicas.2.PointInTimeRecoverySpecification'); }],
  ['table-unprotected', 'a replica that may be deleted', 'global/Control', (it) => { it.set('global/Control', 'Replicas.0.DeletionProtectionEnabled', false); }],
  ['strong-table-illegal', 'two replicas', 'global/Control', (it) => { it.drop('global/Control', 'Replicas.2'); }],
  ['strong-table-illegal', 'two Region sets', 'global/Control', (it) => { it.set('global/Control', 'Replicas.2.Region', 'eu-west-1'); }],
  ['strong-table-illegal', 'a TTL', 'global/Control', (it) => { it.set('global/Control', 'TimeToLiveSpecification', { Enabled: true }); }],
  ['table-never-expires', 'sessions for ever', 'global/Sessions', (it) => { it.drop('global/Sessions', 'TimeToLiveSpecification'); }],
  ['multi-region-key-twice', 'two primaries', 'us-west-2/Primary', (it) => { it.add('us-west-2/Primary', resource('AWS::KMS::Key', { MultiRegion: true })); }],
  ['cache-one-node', 'a cache without failover', 'us-east-1/Cache', (it) => { it.set('us-east-1/Cache', 'AutomaticFailoverEnabled', false); }],
  ['cache-one-node', 'a cache of one node', 'us-east-1/Cache', (it) => { it.set('us-east-1/Cache', 'NumCacheClusters', 1); }],
  ['global-datastore-illegal', 'a family that cannot be in one', 'us-east-1/Cache', (it) => {
    it.set('us-east-1/Cache', 'ReplicationGroupId', 'cache-one'); it.set('us-east-1/Cache', 'CacheNodeType', 'cache.r8g.large');
    it.set('global/Datastore', 'Members', [{ ReplicationGroupId: 'cache-one' }]);
  }],
  ['global-datastore-illegal', 'a secondary that chooses its nodes', 'us-east-2/Cache', (it) => { it.set('us-east-2/Cache', 'GlobalReplicationGroupId', 'x'); }],
  ['global-datastore-illegal', 'a secondary that chooses its shards', 'us-east-2/Cache', (it) => { it.set('us-east-2/Cache', 'GlobalReplicationGroupId', 'x'); it.drop('us-east-2/Cache', 'CacheNodeType'); it.set('us-east-2/Cache', 'NumNodeGroups', 2); }],
  ['global-datastore-illegal', 'four members that it names', 'global/Datastore', (it) => { it.set('global/Datastore', 'Members', [{}, {}, {}, {}]); }],
  ['global-datastore-illegal', 'a fourth member that joins it by its id', 'global/Datastore', (it) => {
    it.set('global/Datastore', 'Members', [{}, {}, {}]);
    it.add('global/Fourth', resource('AWS::ElastiCache::ReplicationGroup', { GlobalReplicationGroupId: { 'Fn::GetAtt': ['Datastore', 'GlobalReplicationGroupId'] } }));
  }],
  ['global-datastore-illegal', 'a serverless member', 'global/Serverless', (it) => {
    it.add('global/Serverless', resource('AWS::ElastiCache::ServerlessCache', { ServerlessCacheName: 'x' }));
    it.set('global/Datastore', 'Members', [{ ReplicationGroupId: { Ref: 'Serverless' } }]);
  }],
  ['bucket-replication-one-way', 'one direction', 'us-west-2/Site', (it) => { it.drop('us-west-2/Site', 'ReplicationConfiguration'); }],
  ['bucket-replication-one-way', 'deletions that stay', 'us-east-1/Site', (it) => { it.drop('us-east-1/Site', `${RULES}.DeleteMarkerReplication`); }],
  ['bucket-replication-one-way', 'one direction, declared apart', 'us-west-2/Uploads', (it) => { it.drop('us-west-2/Copies'); }],
  ['bucket-replication-one-way', 'a Region that is not sent back to', 'us-west-2/Uploads', (it) => { it.set('us-west-2/Copies', 'Destinations', ['uploads-us-east-1']); }],
  ['bucket-replication-one-way', 'copies declared apart, without versions', 'us-east-2/Uploads', (it) => { it.drop('us-east-2/Uploads', 'VersioningConfiguration'); }],
  ['bucket-replication-one-way', 'copies to where nothing is', 'us-east-1/Copies', (it) => { it.set('us-east-1/Copies', 'Destinations', ['uploads-us-east-2', 'uploads-us-west-2', 'uploads-nowhere']); }],
  ['bucket-unversioned', 'a bucket that is read and keeps no versions', 'us-east-1/Site', (it) => { it.drop('us-east-1/Site', 'VersioningConfiguration'); }],
  ['shard-map-incomplete', 'logical shards without a shard', 'us-east-1/Migration', (it) => { it.set('us-east-1/Migration', 'Seed', seed({ logicalShards: [{ first: 0, last: 99, shard: 's0' }], shards: { s0: { home: 'us-east-1' } } })); }],
  ['shard-map-incomplete', 'logical shards with two', 'us-east-1/Migration', (it) => { it.set('us-east-1/Migration', 'Seed', seed({ logicalShards: [{ first: 0, last: 1023, shard: 's0' }, { first: 9, last: 9, shard: 's0' }], shards: { s0: { home: 'us-east-1' } } })); }],
  ['shard-map-incomplete', 'a home without a database', 'us-east-1/Migration', (it) => { it.set('us-east-1/Migration', 'Seed', seed({ logicalShards: [{ first: 0, last: 1023, shard: 's0' }], shards: { s0: { home: 'eu-west-1' } } })); }],
  ['shard-maps-differ', 'a Region with another map', 'us-west-2/Migration', (it) => { it.set('us-west-2/Migration', 'Seed', seed({ logicalShards: [{ first: 0, last: 1023, shard: 's0' }], shards: { s0: { home: 'us-west-2' } } })); }],
];

describeCases(application, CASES);
