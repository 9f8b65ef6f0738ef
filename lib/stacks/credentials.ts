import type { Construct } from 'constructs';
import { clustersOf, rotatedBehindProxies, storesOf } from '../config';
import type { RegionName } from '../config';
import { ReplicatedSecret } from '../constructs/security';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

/** User that owns a cluster; PostgreSQL's own name for it. */
const MASTER = 'postgres';

/** One secret. */
interface SecretSpec {
  readonly name: string;
  readonly description: string;
  readonly username?: string;
  /** Regions that need it. @default every serving one */
  readonly regions?: readonly RegionName[];
}

/**
 * Every credential, generated in the birth Region and replicated under the same name to each Region
 * that uses it. Only the origin secret goes to the edge's Region too, where no key of ours need be.
 */
export class Credentials extends MeridianStack {
  /** ARNs in the birth Region that proxies read: of the domains in their order, then of the users left. */
  public readonly proxiedSecretArns: readonly string[];

  public constructor(scope: Construct, id: string, props: MeridianStackProps) {
    const { deployment } = props;
    super(scope, id, {
      deployment,
      kind: 'credentials',
      region: deployment.birthRegion,
      regional: false,
      stateful: true,
      description: `${deployment.name}: credentials, replicated to every Region`,
    });
    const { names } = this;
    for (const { store, shard, regions } of clustersOf(deployment)) {
      const description = `Master user of the clusters of ${store.name}, shard ${shard}`;
      const name = names.masterSecret(store.name, shard);
      const id = `Master${pascalCase(store.name)}${pascalCase(shard)}`;
      this.secret(props, id, { name, description, username: MASTER, regions });
    }
    for (const { name: store, regions } of storesOf(deployment, 'aurora-limitless')) {
      const description = `Master user of ${store}`;
      const name = names.storeMasterSecret(store);
      const id = `Master${pascalCase(store)}`;
      this.secret(props, id, { name, description, username: MASTER, regions });
    }
    const domainArns = deployment.domains.map(({ name: domain }) => {
      const description = `Role of the domain ${domain}`;
      const name = names.domainSecret(domain);
      const id = `Domain${pascalCase(domain)}`;
      return this.secret(props, id, { name, description, username: domain });
    });
    const leftArns = rotatedBehindProxies(deployment).map(({ name: domain }) => {
      const description = `The user of the domain ${domain} that the last rotation left, for proxies`;
      const name = names.leftUserSecret(domain);
      // Until the first rotation nobody is of this name.
      const username = `${domain}_clone`;
      return this.secret(props, `Left${pascalCase(domain)}`, { name, description, username });
    });
    this.proxiedSecretArns = [...domainArns, ...leftArns];
    this.secret(props, 'Signing', {
      name: names.signingSecret(),
      description: 'Signs session tokens and forwarded writes',
    });
    const origin = 'Header x-origin-verify that the load balancers demand';
    const edge = [deployment.edgeRegion];
    this.secret(props, 'Origin', { name: names.originSecret(), description: origin }, edge);
  }

  private secret(
    { deployment }: MeridianStackProps,
    id: string,
    { name, regions: needed, ...spec }: SecretSpec,
    beyond: readonly RegionName[] = [],
  ): string {
    const serving = deployment.regions
      .map((region) => region.name)
      .filter((region) => needed?.includes(region) ?? true);
    const regions = [...new Set([...serving, ...beyond])].filter((name) => name !== this.region);
    return new ReplicatedSecret(this, id, {
      secretName: name,
      ...spec,
      keyArn: this.names.keyAliasArn(this.region),
      protection: deployment.protection,
      replicas: regions.map((region) =>
        serving.includes(region) ? { region, keyArn: this.names.keyAliasArn(region) } : { region },
      ),
    }).secretArn;
  }
}
