import type { Deployment } from '../deployment';
import { foreignRegionsOf, prefixOf, REACHED_PREFIXES } from '../egress';
import { EGRESS } from '../network-declaration';
import { storesOf } from '../stores';
import type { Field, Properties } from './field';
import { oneOf } from './rules';

/** What every network that is made has. */
export function readEgress(field: Field): Deployment['network'] {
  const at = field.present ? field.properties(['egress']) : undefined;
  return { egress: at?.('egress').optional(oneOf(EGRESS), 'nat') ?? 'nat' };
}

/** What each way to AWS takes of the rest of the declaration. */
export function checkEgress(at: Properties, deployment: Deployment): void {
  const { egress } = deployment.network;
  if (egress === 'nat') return;
  const field = at('network').below('egress');
  const found = `"${egress}"`;
  if (deployment.stage === 'single-server')
    field.reject('"nat" at stage single-server, whose one server stands in a public subnet', found);
  for (const { name, network } of deployment.regions)
    if (network !== undefined)
      field.reject(
        `"nat" where regions.${name}.network is declared: what that has is its owner's`,
        found,
      );
  if (egress === 'endpoints') checkClosed(at, deployment, found);
}

/** Without a way out nothing may be needed that stands outside of the Region. */
function checkClosed(at: Properties, deployment: Deployment, found: string): void {
  const { regions, controlRegions, observability, stores } = deployment;
  const field = at('network').below('egress');
  const other = '"nat" or "nat-and-endpoints"';
  if (regions.length > 1)
    field.reject(
      `${other} with several Regions: writes are forwarded to other Regions by their public names`,
      found,
    );
  const [region] = regions;
  if (region !== undefined && !controlRegions.includes(region.name))
    at('controlRegions').reject(
      `three Regions, ${region.name} among them, with network.egress "endpoints": the topology document is read there`,
      controlRegions.join(', '),
    );
  if (observability.canaries !== undefined)
    at('observability')
      .below('canaries')
      .reject('false with network.egress "endpoints": canaries ask public names', 'canaries');
  for (const { name } of storesOf({ stores }, 'dsql'))
    at('stores')
      .below(name)
      .reject(
        'another engine with network.egress "endpoints": AWS makes up the name of each cluster\'s endpoint',
        '"dsql"',
      );
  for (const service of deployment.services) checkService(at, service, region?.name ?? '');
}

function checkService(
  at: Properties,
  { name, compute, grants }: Deployment['services'][number],
  own: string,
): void {
  const field = at('services');
  if (compute.fargate !== undefined)
    field
      .below(`${name}.compute`)
      .reject(
        'lambda or ec2 with network.egress "endpoints": the first pull through the cache of images takes a way to the public registry',
        'fargate',
      );
  for (const grant of grants.own) {
    const unknown = grant.actions.filter((action) => !REACHED_PREFIXES.includes(prefixOf(action)));
    const foreign = foreignRegionsOf(grant, own);
    const below = field.below(`${name}.grants`);
    if (unknown.length > 0)
      below.reject(
        `with network.egress "endpoints" actions of ${REACHED_PREFIXES.join(', ')}`,
        unknown.join(', '),
      );
    if (foreign.length > 0)
      below.reject(
        `with network.egress "endpoints" resources of ${own}, where endpoints lead`,
        foreign.join(', '),
      );
  }
}
