import type { Deployment } from './deployment';
import type { RegionName } from './declaration';

/**
 * The closed list of ids that AWS generates and that cross from one Region's stack to another's.
 * The producing stack writes the value, at deployment only, into an SSM parameter of a computed name
 * in each consuming Region; the consumer reads it as a CloudFormation parameter of SSM type.
 * Everything else that crosses Regions is a computed name (see names.ts).
 */
export type Binding =
  /** Id of the hosted zone, where the `zone` stack owns it. */
  | { readonly kind: 'zone-id' }
  /** Public addresses of a Region's NAT gateways, comma separated, for its peers' load balancers. */
  | { readonly kind: 'nat-addresses'; readonly producer: RegionName }
  /** Id of the CIDR collection that IP-based records of all Regions refer to. */
  | { readonly kind: 'cidr-collection' }
  /** Id of the health check that steers a Region, for its alarm: Route 53 has its metrics in one place. */
  | { readonly kind: 'health-check'; readonly producer: RegionName }
  /** ARN of a Region's private load balancer, for the CDN's way into its network. */
  | { readonly kind: 'load-balancer'; readonly producer: RegionName }
  /** Id of the caches' global datastore, for its secondaries. */
  | { readonly kind: 'cache-datastore'; readonly secondaries: readonly RegionName[] }
  /** ARNs of the domains' secrets, comma separated in the order of the domains, for proxies. */
  | { readonly kind: 'domain-secrets' }
  /** ARN of a store's DSQL cluster, for its peer. */
  | {
      readonly kind: 'dsql-cluster';
      readonly store: string;
      readonly producer: RegionName;
      readonly consumer: RegionName;
    };

/** Name of the SSM parameter that carries a binding; the same in every consuming Region. */
export function bindingParameter(deployment: Pick<Deployment, 'name'>, binding: Binding): string {
  const path = ['', deployment.name, 'bindings', binding.kind];
  if ('store' in binding) path.push(binding.store);
  return ('producer' in binding ? [...path, binding.producer] : path).join('/');
}

/** Regions that read a binding. */
export function bindingConsumers(
  deployment: Pick<Deployment, 'regions' | 'edgeRegion'>,
  binding: Binding,
): readonly RegionName[] {
  const serving = deployment.regions.map((region) => region.name);
  switch (binding.kind) {
    case 'zone-id':
      return [...new Set([...serving, deployment.edgeRegion])];
    case 'nat-addresses':
      return serving.filter((region) => region !== binding.producer);
    case 'cidr-collection':
    case 'domain-secrets':
      return serving;
    case 'cache-datastore':
      return binding.secondaries;
    case 'dsql-cluster':
      return [binding.consumer];
    case 'health-check':
    case 'load-balancer':
      return [deployment.edgeRegion];
  }
}
