import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { MEDIA_PREFIX, Names, tablesOf } from '../../../config';
import type { Deployment, GrantedPart, Grants, RegionName } from '../../../config';
import {
  readSecrets,
  sendToQueues,
  useDataKey,
  useOwnTables,
  useStores,
  useTables,
} from '../../security';

/** All that the service may do, as a function and as a server alike. */
export function serviceStatements(
  deployment: Deployment,
  region: RegionName,
  { parts, own }: Grants,
): PolicyStatement[] {
  const place = { deployment, region };
  const names = new Names(deployment);
  const has = (part: GrantedPart): boolean => parts.includes(part);
  const secrets = grantedSecrets(deployment, has);
  const tables = tablesOf(deployment).filter(has);
  const stores = has('stores') ? useStores(place, deployment.stores) : [];
  const keys = [
    ...(tables.length > 0 || stores.length > 0 || has('topology') ? (['dynamodb'] as const) : []),
    ...(secrets.length > 0 ? (['secretsmanager'] as const) : []),
    ...(has('uploads') && deployment.uploads?.encryption === 'kms' ? (['s3'] as const) : []),
  ];
  return [
    ...(secrets.length > 0 ? [readSecrets(place, secrets)] : []),
    ...useOwnTables(place, tables),
    ...stores,
    ...(has('topology')
      ? [useTables(place, ['topology'], ['GetItem'], deployment.controlRegions)]
      : []),
    ...(keys.length > 0 ? [useDataKey(place, keys)] : []),
    ...(has('queues')
      ? sendToQueues(
          place,
          deployment.queues.map((queue) => names.queue(queue)),
        )
      : []),
    ...(has('uploads') && deployment.uploads !== undefined
      ? [
          new PolicyStatement({
            actions: ['s3:PutObject'],
            resources: [`${names.bucketArn('uploads', region)}/${MEDIA_PREFIX}${region}/*`],
          }),
        ]
      : []),
    ...(deployment.observability.tracing === undefined ? [] : [sendTraces()]),
    ...own.map(({ actions, resources }) => {
      const here = resources.map((arn) => arn.replaceAll('{region}', region));
      return new PolicyStatement({ actions: [...actions], resources: here });
    }),
  ];
}

/** X-Ray knows no narrower resource. */
function sendTraces(): PolicyStatement {
  return new PolicyStatement({
    actions: ['xray:PutSpans', 'xray:PutSpansForIndexing'],
    resources: ['*'],
  });
}

function grantedSecrets(deployment: Deployment, has: (part: GrantedPart) => boolean): string[] {
  const names = new Names(deployment);
  return [
    ...(has('signing-secret') ? [names.signingSecret()] : []),
    ...(has('origin-secret') ? [names.originSecret()] : []),
    ...(has('databases') ? deployment.domains.map(({ name }) => names.domainSecret(name)) : []),
  ];
}
