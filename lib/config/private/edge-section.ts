import type { Deployment } from '../deployment';
import { VIEWER_POLICIES } from '../viewer-regions';
import type { Field } from './field';
import { oneOf } from './rules';

const MODE = oneOf(['cdn', 'direct', 'vpc-origin']);

/** How users get to a Region's load balancer. */
export function readEdge(field: Field): Deployment['edge'] {
  const at = field.present ? field.properties(['mode']) : undefined;
  return { mode: at?.('mode').optional(MODE, 'cdn') ?? 'cdn' };
}

/** Where the edge picks the Region, it must be able to follow the policy. */
export function checkEdge(
  routing: Field,
  deployment: Pick<Deployment, 'edge' | 'routing' | 'regions'>,
): void {
  const { policy } = deployment.routing;
  if (deployment.edge.mode !== 'vpc-origin' || VIEWER_POLICIES.includes(policy)) return;
  const allowed = `with edge mode "vpc-origin", which knows the viewer's country: ${VIEWER_POLICIES.join(', ')}`;
  routing.below('policy').reject(allowed, `"${policy}"`);
}

/** CloudFront's private origins take no network load balancer that ends TLS. */
export function checkDoors(
  services: Field,
  { edge, services: declared }: Pick<Deployment, 'edge' | 'services'>,
): void {
  if (edge.mode !== 'vpc-origin') return;
  for (const { name, loadBalancing } of declared) {
    if (loadBalancing.kind === 'application') continue;
    services
      .below(`${name}.loadBalancing.kind`)
      .reject('"application" with edge mode "vpc-origin"', `"${loadBalancing.kind}"`);
  }
}
