import { Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { rotatedBehindProxies } from '../config';
import type { Proxy } from '../config';
import { BindingReader } from '../constructs/binding';
import { DatabaseProxy } from '../constructs/database';
import type { MemberOutputs } from './data';
import type { NetworkOutputs } from './network';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

/** A cluster of the Region, and the proxy before it. */
export interface ProxiedMember {
  readonly member: MemberOutputs;
  readonly proxy: Proxy;
}

export interface ProxiesProps extends RegionalStackProps {
  /** Clusters that have a proxy. */
  readonly proxied: readonly ProxiedMember[];
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
}

/** The proxies of a Region's clusters, between data and whoever asks. They hold nothing. */
export class Proxies extends MeridianStack {
  /** The same clusters, reached through their proxies. */
  public readonly members: readonly MemberOutputs[];

  public constructor(scope: Construct, id: string, props: ProxiesProps) {
    const { deployment, region, network } = props;
    super(scope, id, {
      deployment,
      kind: 'proxies',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: connection proxies of ${region.name}`,
    });
    const { names } = this;
    const binding = { kind: 'domain-secrets' } as const;
    const arns = Fn.split(',', new BindingReader(this, 'Secrets', { deployment, binding }).value);
    // A copy of a secret ends with the letters of the first one.
    const arnOf = (index: number): string => {
      const ending = Fn.select(6, Fn.split(':', Fn.select(index, arns)));
      return Fn.join(':', [
        ...['arn:aws:secretsmanager', region.name, deployment.account, 'secret'],
        ending,
      ]);
    };
    const read = [
      ...deployment.domains.map(({ name, store }) => ({ store, name: names.domainSecret(name) })),
      ...rotatedBehindProxies(deployment).map(({ name, store }) => {
        return { store, name: names.leftUserSecret(name) };
      }),
    ];
    const secrets = read.map((secret, index) => ({ ...secret, arn: arnOf(index) }));
    this.members = props.proxied.map(({ member, proxy }) => {
      const { store, shard } = member;
      const { endpoints } = new DatabaseProxy(this, `${store}-${shard}`, {
        ...{ deployment, region: region.name, proxy },
        proxyName: names.proxy(store, shard),
        cluster: names.cluster(store, shard, region.name),
        clusterGroup: member.group,
        secrets: secrets.filter((secret) => secret.store === store),
        vpc: network.vpc,
        client: network.serviceGroup,
      });
      return { ...member, ...endpoints, direct: member.writer };
    });
  }
}
