import type { Construct } from 'constructs';
import { BindingWriter } from '../constructs/binding';
import { CidrCollection, DelegatedSubdomain } from '../constructs/routing';
import type { Deployment } from '../config';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import { ZoneReference } from './private/zone-reference';

export interface RoutingProps extends MeridianStackProps {
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** Whether a deployment has anything in DNS that belongs to no Region. */
export function hasSharedRouting({ routing, delegations }: Deployment): boolean {
  return routing.policy === 'ip-based' || delegations.length > 0;
}

/** What of DNS belongs to no Region: networks of clients, and subdomains that others answer for. */
export class Routing extends MeridianStack {
  public constructor(scope: Construct, id: string, props: RoutingProps) {
    const { deployment, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'routing',
      region: deployment.edgeRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: DNS of ${deployment.domainName} that no Region owns`,
    });
    const { routing, delegations } = deployment;
    if (routing.policy === 'ip-based') {
      const { collectionId } = new CidrCollection(this, 'Networks', {
        collectionName: deployment.name,
        networks: routing.networks,
      });
      new BindingWriter(this, 'NetworksId', {
        deployment,
        binding: { kind: 'cidr-collection' },
        value: collectionId,
        handler: artifacts.handlers.binding,
      });
    }
    if (delegations.length === 0) return;
    const { zone } = new ZoneReference(this, 'Zone', { deployment });
    for (const { name, nameServers } of delegations) {
      new DelegatedSubdomain(this, `Subdomain${pascalCase(name)}`, { zone, name, nameServers });
    }
  }
}
