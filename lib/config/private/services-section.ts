import type { RegionName } from '../declaration';
import type { Compute } from '../compute';
import type { BalancerKind } from '../load-balancing';
import type { ImageReference } from '../server-image';
import type { Domain, Service } from '../deployment';
import type { AuroraStore } from '../stores';
import { readCompute } from './compute-section';
import type { Load } from './compute-section';
import type { Field, Properties } from './field';
import { SAMPLE_BUNDLE } from '../sample';
import { balancerKind, readLoadBalancing } from './load-balancing-section';
import { readGrants } from './grants-section';
import { integer, text } from './rules';

/** Domains whose schemas the sample workload's migrations create. */
const SAMPLE_DOMAINS = ['identity', 'content', 'social'];

/**
 * Variables that the compute constructs set themselves: `WorkloadEnvironment` of
 * lambda/environment.ts (a test compares the two), the certificates of the databases, and what a
 * server starts with. A declared one would be overwritten in silence.
 */
export const RESERVED_VARIABLES: readonly string[] = [
  'MERIDIAN_REGION',
  'TOPOLOGY_TABLE',
  'TOPOLOGY_REGIONS',
  'SESSION_TABLE',
  'DIRECTORY_TABLE',
  'SIGNING_SECRET',
  'ORIGIN_SECRET',
  'ORIGIN_DEMANDED',
  'PEER_URLS',
  'DATABASE_TLS',
  'CACHE_ENDPOINT',
  'EVENT_QUEUE',
  'UPLOAD_BUCKET',
  'NOTIFICATION_TABLE',
  'DRAFT_TABLE',
  'LEASE_MS',
  'POOL_SIZE',
  'TRACE_SHARE',
  'NODE_EXTRA_CA_CERTS',
  'PORT',
  'BOOTSTRAP_BUCKET',
  'BOOTSTRAP_SERVER_KEY',
  'BOOTSTRAP_SERVER_SHA256',
  'BOOTSTRAP_CERTIFICATES_KEY',
  'BOOTSTRAP_CERTIFICATES_SHA256',
];
const VARIABLE = /^(?!AWS_|_|LAMBDA_)[A-Za-z][A-Za-z0-9_]{1,99}$/;
/** Lambda carries 4 KiB of environment; the rest is the workload's own. */
const MOST_ENVIRONMENT_BYTES = 2048;

const PATH = text(
  /^\/[A-Za-z0-9._~/-]{1,127}$/,
  'a path from / on, at most 128 letters, digits and . _ ~ / -',
);
/** A rule of a load balancer compares five values, with five wildcards, one of them the secret. */
const MOST_LIVE_PATHS = 3;
const LIVE_PATH = text(
  /^\/[A-Za-z0-9._~/-]{0,100}[*?]?$/,
  'a path from / on, at most 100 letters, digits and . _ ~ / -, with * or ? at its end',
);
/** Where the sample workload keeps connections open. */
const SAMPLE_LIVE_PATHS: readonly string[] = ['/api/stream*', '/api/ws'];
const ANY_TEXT = text(/^/, 'text');
const ONE_LINE = text(/^[^\x00-\x1f\x7f]*$/, 'text of one line, beside `ec2`');
const DIRECTORY = text(/^[^\0]+$/, 'the path of a directory');
/** Only a digest says for good what runs; a repository of ECR's own, as its pull-through cache takes it. */
const IMAGE = /^public\.ecr\.aws\/([a-z0-9]+(?:[._/-][a-z0-9]+){0,20})@(sha256:[0-9a-f]{64})$/;
const IMAGE_TEXT = text(IMAGE, 'public.ecr.aws/REPOSITORY@sha256:DIGEST, 64 hexadecimal digits');
const SERVICE = [
  'bundle',
  'image',
  'healthPath',
  'readyPath',
  'livePaths',
  'environment',
  'grants',
  'memoryMiB',
  'compute',
  'loadBalancing',
];

/** What of the data a service needs to know. */
export interface Held {
  readonly regions: readonly RegionName[];
  readonly stores: readonly AuroraStore[];
  readonly domains: readonly Domain[];
  readonly load: Load;
}

/** The one service that the load balancers forward to. */
export function readServices(field: Field, held: Held): readonly Service[] {
  const services = field.present
    ? (field.map('service') ?? []).map(([name, service]) => {
        if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
          service.reject(
            'a name of at most 20 lower-case letters, digits and hyphens, a letter first',
            'an unusable name',
          );
        }
        return serviceOf(name, service, service.properties(SERVICE), held.load);
      })
    : [serviceOf('api', field, undefined, held.load)];
  if (services.length > 1) field.reject('one service', `${services.length} services`);
  if (services.some(({ bundle }) => bundle === SAMPLE_BUNDLE)) checkSample(field, held);
  return services;
}

function serviceOf(name: string, field: Field, at: Properties | undefined, load: Load): Service {
  const image = readImage(at);
  const isImage = at?.('image').present === true;
  const kind = balancerKind(at?.('loadBalancing'));
  const byDefault = kind === 'application' ? undefined : BEHIND[kind].byDefault;
  // Only an application load balancer counts the requests of each target.
  const counted = { ...load, countsRequests: kind === 'application' };
  const kinds = isImage ? (['fargate'] as const) : byDefault;
  const compute = readCompute(field, at?.('compute'), counted, kinds);
  if (at !== undefined && isImage) checkImage(at, compute);
  if (at !== undefined && kind !== 'application') checkBehind(at('compute'), kind, compute);
  const bundle = isImage
    ? undefined
    : (at?.('bundle').optional(DIRECTORY, SAMPLE_BUNDLE) ?? SAMPLE_BUNDLE);
  return {
    ...{ name, bundle, image },
    healthPath: at?.('healthPath').optional(PATH, '/healthz') ?? '/healthz',
    readyPath: at?.('readyPath').optional(PATH, '/readyz') ?? '/readyz',
    livePaths: readLivePaths(at?.('livePaths'), bundle === SAMPLE_BUNDLE),
    environment:
      at === undefined ? {} : readEnvironment(at('environment'), compute.ec2 !== undefined),
    grants: readGrants(at?.('grants')),
    memoryMiB: at?.('memoryMiB').optional(integer(128, 10240), 512) ?? 512,
    compute,
    loadBalancing: readLoadBalancing(at?.('loadBalancing'), {
      servers: hasServers(compute),
      load,
    }),
  };
}

function readImage(at: Properties | undefined): ImageReference | undefined {
  const field = at?.('image');
  if (field?.present !== true) return undefined;
  const [, repository = '', digest = ''] = IMAGE.exec(field.require(IMAGE_TEXT, '')) ?? [];
  return { registry: 'public.ecr.aws', repository, digest };
}

/** Compute that stands behind balancers that read no requests, or find their servers themselves. */
const BEHIND = {
  network: {
    byDefault: ['fargate'],
    of: ['fargate', 'ec2'],
    allowed: '`fargate` or `ec2` alone, to which a network load balancer hands whole connections',
  },
  software: {
    byDefault: ['ec2'],
    of: ['ec2'],
    allowed: '`ec2` alone, whose group the software balancers follow',
  },
} as const satisfies Partial<Record<BalancerKind, object>>;

function checkBehind(field: Field, kind: keyof typeof BEHIND, compute: Compute): void {
  const { of, allowed } = BEHIND[kind];
  const found = (['lambda', 'fargate', 'ec2'] as const).filter((it) => compute[it] !== undefined);
  if (found.length > 1 || found.some((it) => !of.some((legal) => legal === it))) {
    field.reject(allowed, found.map((it) => `\`${it}\``).join(' and '));
  }
}

/** What a container carries, neither a function nor an instance here starts. */
function checkImage(at: Properties, { lambda, ec2 }: Compute): void {
  if (at('bundle').present) at('bundle').reject('none beside `image`', 'a bundle');
  const others = [lambda && '`lambda`', ec2 && '`ec2`'].filter((kind) => kind !== undefined);
  if (others.length > 0)
    at('compute').reject('`fargate` alone, which runs an `image`', others.join(' and '));
}

function readLivePaths(field: Field | undefined, isSample: boolean): readonly string[] {
  if (field?.present !== true) return isSample ? SAMPLE_LIVE_PATHS : [];
  const allowed = `a list of at most ${MOST_LIVE_PATHS} paths`;
  const items = field.list(allowed) ?? [];
  if (items.length > MOST_LIVE_PATHS) field.reject(allowed, `${items.length} paths`);
  return items.map((item) => item.require(LIVE_PATH, '/'));
}

function hasServers({ fargate, ec2 }: Compute): boolean {
  return fargate !== undefined || ec2 !== undefined;
}

/** @param lines whether values must be of one line, as a file of systemd has them */
function readEnvironment(field: Field, lines: boolean): Readonly<Record<string, string>> {
  if (!field.present) return {};
  const variables = (field.anyMap('variable') ?? []).map(([name, variable]) => {
    if (RESERVED_VARIABLES.includes(name)) {
      variable.reject('another name', "one of the workload's own variables");
    } else if (!VARIABLE.test(name)) {
      variable.reject(
        'a name of 2 to 100 letters, digits and underscores, a letter first, not AWS_ or LAMBDA_',
        'an unusable name',
      );
    }
    return [name, variable.require(lines ? ONE_LINE : ANY_TEXT, '')] as const;
  });
  const bytes = variables.reduce((sum, pair) => sum + Buffer.byteLength(pair.join('=')), 0);
  if (bytes > MOST_ENVIRONMENT_BYTES) {
    field.reject(`at most ${MOST_ENVIRONMENT_BYTES} bytes in all`, `${bytes} bytes`);
  }
  return Object.fromEntries(variables);
}

/** The sample workload's servers read each of its domains from their own Region. */
function checkSample(field: Field, { regions, stores, domains }: Held): void {
  const missing = SAMPLE_DOMAINS.filter((name) => domains.every((domain) => domain.name !== name));
  if (domains.length > 0 && missing.length > 0) {
    field.reject(
      `domains ${SAMPLE_DOMAINS.join(' and ')}, which the sample workload needs, or a bundle of ` +
        'your own',
      `the sample workload without ${missing.join(' and ')}`,
    );
  }
  const used = domains.filter(({ name }) => SAMPLE_DOMAINS.includes(name));
  for (const store of stores.filter(({ name }) => used.some((domain) => domain.store === name))) {
    const bare = store.sharded ? [] : store.headless;
    const without = regions.filter(
      (region) => !store.regions.includes(region) || bare.includes(region),
    );
    if (without.length === 0) continue;
    field.reject(
      'stores in every serving Region, whose servers read from their own, or a bundle of your own',
      `the sample workload in ${without.join(', ')} without store ${store.name}`,
    );
  }
}
