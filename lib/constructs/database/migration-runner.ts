import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { MigrationProperties } from '../../../lambda/topology';
import { Names, clustersOf, codePartsOf, topologySeed } from '../../config';
import type { Deployment, RegionName } from '../../config';
import {
  DATABASE_CERTIFICATES,
  LoggedFunction,
  migrationEnvironment,
  runningCode,
} from '../compute';
import { readPendingSecrets, readSecrets, useDataKey, useTables } from '../security';

export interface MigrationRunnerProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Directory with the migration function's `index.mjs`. */
  readonly bundle: string;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that the databases admit. */
  readonly securityGroup: ISecurityGroup;
  /** This Region's clusters, by store and shard (`main.s0`). */
  readonly clusters: MigrationProperties['Clusters'];
}

/**
 * Runs the workload's own migrations when the stack is deployed: registers the Region's endpoints in
 * the topology document and, where a shard is at home, brings its schemas up to date. It runs again
 * when the bundle, the seed or an endpoint changes. Nothing of it is used while the product serves.
 */
export class MigrationRunner extends Construct {
  public constructor(scope: Construct, id: string, props: MigrationRunnerProps) {
    super(scope, id);
    const { deployment, region, vpc, securityGroup } = props;
    const migrate = new LoggedFunction(this, 'Code', {
      // The rotation of roles calls it from the birth Region.
      functionName: new Names(deployment).migrationFunction(),
      description: `${deployment.name} migrations in ${region}`,
      code: Code.fromAsset(props.bundle),
      // Schemas only ever expand or contract; a migration that takes longer is run by a person.
      timeout: Duration.minutes(10),
      memoryMiB: 512,
      environment: {
        ...DATABASE_CERTIFICATES,
        ...migrationEnvironment(deployment, region),
        ...runningCode(deployment, region),
      },
      statements: migrationStatements(deployment, region),
      network: { vpc, securityGroup },
    });
    const provider = new Provider(this, 'Provider', {
      onEventHandler: migrate.function,
      logGroup: new LogGroup(this, 'ProviderLog', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    const properties: Omit<MigrationProperties, 'ServiceToken'> = {
      Seed: JSON.stringify(topologySeed(deployment)),
      Clusters: props.clusters,
      Version: new Asset(this, 'Bundle', { path: props.bundle }).assetHash,
    };
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: provider.serviceToken,
      serviceTimeout: Duration.minutes(15),
      resourceType: 'Custom::MeridianMigration',
      properties,
    });
    resource.node.addDependency(migrate, provider);
  }
}

function migrationStatements(deployment: Deployment, region: RegionName): PolicyStatement[] {
  const names = new Names(deployment);
  const place = { deployment, region };
  const masters = clustersOf(deployment)
    .filter(({ regions }) => regions.includes(region))
    .map(({ store, shard }) => names.masterSecret(store.name, shard));
  const domains = deployment.domains.map(({ name }) => names.domainSecret(name));
  return [
    ...(masters.length > 0 ? [readSecrets(place, masters)] : []),
    ...readPendingSecrets(deployment, domains),
    useTables(place, ['topology'], ['GetItem', 'PutItem'], deployment.controlRegions),
    useDataKey(place, ['secretsmanager']),
    ...readSchemas(deployment),
  ];
}

/** What the code says that it knows, in whichever Region it runs, before anything is removed. */
function readSchemas(deployment: Deployment): PolicyStatement[] {
  const names = new Names(deployment);
  const resources = codePartsOf(deployment).map((part) => names.schemaParameterArn(part, '*'));
  if (resources.length === 0) return [];
  return [new PolicyStatement({ actions: ['ssm:GetParameter'], resources })];
}
