import type { Answer } from '../../../assembly';
import { cacheAnswer } from '../../cache';
import { clusterBehind, proxyOf } from './proxies';
import type { TemplateReader } from './reader';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** The endpoints of a proxy. */
export interface ProxyPlaces {
  readonly writer: Place;
  /** For reads alone. */
  readonly reader: Place;
}

/** Where the parts of one Region listen. */
export interface RegionPlaces {
  readonly region: string;
  /** By key of the cluster's resource. */
  readonly databases: ReadonlyMap<string, Place>;
  /** Where a cluster's readers have an endpoint of their own, by the same key. */
  readonly readers?: ReadonlyMap<string, Place>;
  /** Of the proxies before clusters, by the key of the cluster. */
  readonly proxies?: ReadonlyMap<string, ProxyPlaces>;
  /** By key of the cache's resource. */
  readonly caches: ReadonlyMap<string, Place>;
  readonly tables: Place;
  /** The load balancer. */
  readonly gateway: Place;
  /** What DNS answers in the load balancer's place: its address, where it has one of its own. */
  readonly answer: string;
  /** Address of the servers behind it; each has a port of its own. */
  readonly servers: string;
  /** The listener that stands for the CDN, in this Region only. */
  readonly edge: Place;
}

/**
 * Names that stand for addresses while templates are evaluated. A template joins an address with
 * a port of its own choice, so addresses go in as names and are replaced together with the port.
 */
const SUFFIX = 'meridian-twin.internal';

export function databaseName(key: string): string {
  return `${slug(key)}.database.${SUFFIX}`;
}

/** Of the endpoint for reads alone; the cluster's own where it has no other here. */
function readerName(key: string): string {
  return `${slug(key)}-ro.database.${SUFFIX}`;
}

/** Of an endpoint of the proxy before a cluster. */
function proxyName(key: string, role: keyof ProxyPlaces): string {
  return `${slug(key)}-proxy-${role}.database.${SUFFIX}`;
}

export function balancerName(key: string): string {
  return `${slug(key)}.balancer.${SUFFIX}`;
}

export function distributionName(key: string): string {
  return `${slug(key)}.distribution.${SUFFIX}`;
}

function slug(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** Answers the symbols whose values exist only after a deployment. */
export function localAnswers(reader: TemplateReader): Answer {
  return ({ resource: key, attribute }) => {
    const type = reader.assembly.resource(key)?.type;
    switch (`${type ?? ''} ${attribute}`) {
      case 'AWS::RDS::DBCluster Endpoint.Address':
        return databaseName(key);
      case 'AWS::RDS::DBClusterEndpoint Endpoint':
        return databaseOf(reader, key);
      case 'AWS::RDS::DBCluster ReadEndpoint.Address':
        return readerName(key);
      case 'AWS::RDS::DBProxy Endpoint':
      case 'AWS::RDS::DBProxyEndpoint Endpoint':
        return proxiedDatabase(reader, key);
      case 'AWS::RDS::DBCluster Endpoint.Port':
      case 'AWS::RDS::DBCluster ReadEndpoint.Port':
        return '5432';
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer DNSName':
        return balancerName(key);
      case 'AWS::CloudFront::Distribution DomainName':
        return distributionName(key);
      case 'AWS::AutoScaling::AutoScalingGroup Ref':
      case 'AWS::Logs::LogGroup Ref':
        return slug(key);
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer CanonicalHostedZoneID':
        return 'ZTWINBALANCER';
      case 'AWS::Route53::HostedZone Ref':
      case 'AWS::Route53::HostedZone Id':
        return `Z${slug(key).toUpperCase().replaceAll('-', '')}`;
      case 'AWS::Route53::HealthCheck Ref':
      case 'AWS::Route53::HealthCheck HealthCheckId':
        return key;
      default:
        return cacheAnswer(type ?? '', key, attribute);
    }
  };
}

/** Replaces database names, with whatever port stands behind them, by local addresses. */
export function rewriteDatabases(regions: readonly RegionPlaces[]): (text: string) => string {
  const places = new Map(
    regions.flatMap(({ databases, readers, proxies }) =>
      [...databases].flatMap(([key, place]) => [
        [databaseName(key), place] as const,
        [readerName(key), readers?.get(key) ?? place] as const,
        [proxyName(key, 'writer'), proxies?.get(key)?.writer ?? place] as const,
        [proxyName(key, 'reader'), proxies?.get(key)?.reader ?? place] as const,
      ]),
    ),
  );
  const pattern = new RegExp(
    `([a-z0-9-]+\\.database\\.${SUFFIX.replaceAll('.', '\\.')})(:\\d+)?`,
    'g',
  );
  return (text) =>
    text.replace(pattern, (whole: string, name: string, port: string | undefined) => {
      const place = places.get(name);
      if (place === undefined) return whole;
      return port === undefined ? place.address : `${place.address}:${place.port}`;
    });
}

/** Replaces `https://HOST` for hosts of the zone by the URL of the load balancer behind them. */
export function rewriteHosts(urls: ReadonlyMap<string, string>): (text: string) => string {
  return (text) =>
    text.replace(/https?:\/\/([a-zA-Z0-9.-]+)(?::\d+)?/g, (whole: string, host: string) => {
      return urls.get(host.toLowerCase().replace(/\.$/, '')) ?? whole;
    });
}

/** The endpoint of the proxy, by the cluster that it stands before. */
function proxiedDatabase(reader: TemplateReader, key: string): string | undefined {
  const found = reader.assembly.resource(key);
  if (found === undefined) return undefined;
  const proxy = proxyOf(reader, found);
  const group = reader
    .resources('AWS::RDS::DBProxyTargetGroup', found.stack.region)
    .find((it) => proxyOf(reader, it) === proxy);
  const cluster = group === undefined ? undefined : clusterBehind(reader, group);
  if (cluster === undefined) return undefined;
  const reads = found.properties['TargetRole'] === 'READ_ONLY';
  return proxyName(cluster.key, reads ? 'reader' : 'writer');
}

/** One reader is all readers of a cluster here, and so those under a name of their own too. */
function databaseOf(reader: TemplateReader, key: string): string | undefined {
  const found = reader.assembly.resource(key);
  const name = JSON.stringify(found?.properties['DBClusterIdentifier']);
  const cluster = reader
    .resources('AWS::RDS::DBCluster', found?.stack.region)
    .find(({ properties }) => JSON.stringify(properties['DBClusterIdentifier']) === name);
  return cluster === undefined ? undefined : readerName(cluster.key);
}
