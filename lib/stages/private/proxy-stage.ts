import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { storesOf } from '../../config';
import type { Deployment, RegionName } from '../../config';
import type { Artifacts, Credentials, MemberOutputs } from '../../stacks';
import { Proxies, ProxySecrets } from '../../stacks';
import { after, of } from './arrange';
import type { DataNeeds, DataStacks } from './data-stage';

export interface ProxyNeeds extends Pick<DataNeeds, 'networks'> {
  readonly data: DataStacks;
  readonly credentials: Credentials;
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/**
 * Proxies before the clusters of the stores that declare one, in each Region that has such a cluster.
 *
 * @returns all clusters by the way that servers reach them
 */
export function declareProxies(
  scope: Construct,
  deployment: Deployment,
  { networks, data, credentials, artifacts }: ProxyNeeds,
): DataStacks {
  const stores = storesOf(deployment, 'aurora');
  if (stores.every(({ proxy }) => proxy === undefined)) {
    return { members: data.members, stacks: [] };
  }
  const secretArns = credentials.proxiedSecretArns;
  const told = new ProxySecrets(scope, 'ProxySecrets', { deployment, secretArns, artifacts });
  const reached = new Map<RegionName, readonly MemberOutputs[]>();
  const stacks: Stack[] = [told];
  for (const region of deployment.regions) {
    const members = data.members(region.name);
    const proxied = members.flatMap((member) => {
      const proxy = stores.find(({ name }) => name === member.store)?.proxy;
      return proxy === undefined ? [] : [{ member, proxy }];
    });
    if (proxied.length === 0) continue;
    const network = of(networks, region.name).outputs;
    const props = { deployment, region, proxied, network };
    const proxies = new Proxies(scope, `Proxies-${region.name}`, props);
    after(proxies, [told, ...data.stacks]);
    stacks.push(proxies);
    const others = members.filter((it) => !proxied.some(({ member }) => member === it));
    reached.set(region.name, [...proxies.members, ...others]);
  }
  return { members: (region) => reached.get(region) ?? data.members(region), stacks };
}
