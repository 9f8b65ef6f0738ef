import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Names } from '../../../config';
import type { Deployment, RegionName } from '../../../config';
import { readSecrets, useDataKey, useTables } from '../../security';

/** All that the service may do, as a function and as a server alike. */
export function serviceStatements(deployment: Deployment, region: RegionName): PolicyStatement[] {
  const names = new Names(deployment);
  const place = { deployment, region };
  const secrets = [
    names.signingSecret(),
    names.originSecret(),
    ...deployment.domains.map(({ name }) => names.domainSecret(name)),
  ];
  return [
    readSecrets(place, secrets),
    useTables(place, ['sessions', 'directory'], ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']),
    useTables(place, ['topology'], ['GetItem'], deployment.controlRegions),
    useDataKey(place, ['dynamodb', 'secretsmanager']),
  ];
}
