import { readFileSync } from 'node:fs';
import { Names } from '../../config';
import type { Deployment, Region, Service } from '../../config';
import type { IServiceCompute, SoftwareBalancerProps } from '../../constructs/compute';
import { readSecrets, useDataKey } from '../../constructs/security';
import type { NetworkOutputs } from '../network';
import type { Door } from './door';
import type { Artifacts } from './meridian-stack';

/** What a tier is declared from. */
export interface TierNeeds {
  readonly deployment: Deployment;
  readonly region: Region;
  readonly service: Service;
  readonly network: NetworkOutputs;
  readonly artifacts: Pick<Artifacts, 'balancerDiscovery'>;
  readonly door: Door;
  /** The servers that the balancers follow. */
  readonly instances: IServiceCompute | undefined;
}

/** The software balancers between a door and its instances, where there are to be any. */
export function tierOf(needs: TierNeeds): SoftwareBalancerProps | undefined {
  const { deployment, region, service, door, instances, artifacts } = needs;
  const { loadBalancing, compute } = service;
  const { ec2 } = compute;
  if (loadBalancing.kind !== 'software' || door.balancers === undefined) return undefined;
  if (instances === undefined || ec2 === undefined) {
    throw new RangeError('software balancers must have instances behind them, got: none');
  }
  const names = new Names(deployment);
  const place = { deployment, region: region.name };
  const secret = names.originSecret();
  const { tier, algorithm, slowStartSeconds } = loadBalancing;
  return {
    region: region.name,
    vpc: needs.network.vpc,
    ...{ algorithm, healthPath: service.healthPath },
    ...(slowStartSeconds !== undefined && { slowStartSeconds }),
    servers: { group: instances.metricName, most: ec2.maxInstances },
    securityGroup: door.balancers.securityGroup,
    target: { arn: door.balancers.group.targetGroupArn, listener: door.listener },
    admits: {
      openPaths: [service.healthPath, service.readyPath],
      openHosts: deployment.edge.mode === 'direct' ? [names.apiHost()] : [],
      secret,
      statements: [readSecrets(place, [secret]), useDataKey(place, ['secretsmanager'])],
    },
    discovery: readFileSync(artifacts.balancerDiscovery, 'utf8').trim(),
    instanceType: tier.instanceType,
    minInstances: tier.minInstances,
    maxInstances: tier.maxInstances,
  };
}
