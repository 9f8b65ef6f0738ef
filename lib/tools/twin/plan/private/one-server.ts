import { basename, dirname } from 'node:path';
import { instanceSize } from '../../../../config';
import type { AssemblyResource, Json, JsonObject } from '../../../assembly';
import type { EdgeConfig } from '../../edge';
import type { FunctionConfig, ServerConfig, ServerGroupConfig } from '../../gateway';
import type { PlannedBalancer } from './balancer';
import type { PlannedObject } from './content';
import type { PlannedDatabase } from './databases';
import type { LocalEnvironment } from './functions';
import { findAsset, localEnvironment } from './functions';
import { INSTANCES } from './instances';
import type { Place } from './places';
import type { TemplateReader } from './reader';
import { asObject, asText, PlanError, raw } from './reader';
import { runtimeOnly } from './servers';

/** The instance of stage `single-server`, as its launch template's user data describes it. */
export interface OneServer {
  readonly region: string;
  readonly group: AssemblyResource;
  readonly template: AssemblyResource;
  /** Holds the database. */
  readonly volume: AssemblyResource;
  /** What its first start writes, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly settings: Readonly<Record<string, string>>;
  /** Files that it fetches. */
  readonly assets: readonly ServerAsset[];
}

interface ServerAsset {
  readonly path: string;
  readonly source: string;
  readonly sha256: string;
}

/** Where nginx of the same machine and the migration look for PostgreSQL. */
const DATABASE = '127.0.0.1:5432';
const TARGET = '/opt/meridian';
const SITE = `${TARGET}/site/`;
/** Directory of the twin that stands for the files of nginx. */
const SITE_BUCKET = 'one-server-site';
/** Files in what the instance does first. */
const HERE_DOCUMENT = /^cat >(\S+) <<'(\w+)'\n([^]*?)\n\2$/gm;
/** systemd's own wait before it kills, in seconds. */
const STOP_SECONDS = 90;
/** Longest migration, in seconds. */
const MIGRATION_SECONDS = 60;

/**
 * The one server of an assembly without load balancers; undefined where it has none.
 *
 * @throws PlanError where its user data is not ours
 */
export function findOneServer(reader: TemplateReader): OneServer | undefined {
  if (reader.resources('AWS::ElasticLoadBalancingV2::LoadBalancer').length > 0) return undefined;
  for (const group of reader.resources(INSTANCES)) {
    const template = reader.target(group, raw(group, ['LaunchTemplate', 'LaunchTemplateId']));
    if (template !== undefined) return describe(reader, group, template.resource);
  }
  return undefined;
}

function describe(
  reader: TemplateReader,
  group: AssemblyResource,
  template: AssemblyResource,
): OneServer {
  const { region } = group.stack;
  const files = filesWritten(reader, template);
  const settings = variables(files.get('/etc/meridian/settings') ?? '');
  const [volume] = reader.resources('AWS::EC2::Volume', region);
  if (settings['FILES'] === undefined || volume === undefined) {
    throw new PlanError(template.key, 'its user data names no files, or it has no data volume');
  }
  const assets = settings['FILES'].split('\n').map((line): ServerAsset => {
    const [key = '', sha256 = '', path = ''] = line.split(' ');
    const source = findAsset(template.stack, key);
    if (source === undefined) throw new PlanError(template.key, `${path} is no asset`);
    return { path, source, sha256 };
  });
  return { region, group, template, volume, files, settings, assets };
}

/** What is known only at a deployment names the volume and the address, which nothing here needs. */
function filesWritten(
  reader: TemplateReader,
  template: AssemblyResource,
): ReadonlyMap<string, string> {
  const data = asObject(raw(template, ['LaunchTemplateData', 'UserData']))['Fn::Base64'];
  const resolution = reader.assembly.resolve(data, template, () => 'known-at-deployment');
  const script = resolution.kind === 'unknown' ? '' : asText(resolution.value ?? '');
  return new Map(
    [...script.matchAll(HERE_DOCUMENT)].map(([, path = '', , text = '']) => [path, text]),
  );
}

/** `NAME='VALUE'`, where a value may have several lines. */
function variables(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/^(\w+)='([^']*)'$/gm);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/** PostgreSQL on the volume, with the user that the setup makes it with. */
export function oneServerDatabase(server: OneServer, reader: TemplateReader): PlannedDatabase {
  const name = server.settings['MASTER_SECRET'] ?? '';
  const field = (key: string) =>
    asText(
      reader.evaluate(
        server.template,
        `{{resolve:secretsmanager:${name}:SecretString:${key}}}`,
        'MASTER_SECRET',
      ),
    );
  return {
    key: server.volume.key,
    region: server.region,
    identifier: 'one-server',
    group: server.volume.key,
    role: 'writer',
    ...{ instances: [], proxied: false },
    master: { username: field('username'), password: field('password') },
  };
}

/** Files that nginx serves. */
export function oneServerSite({ assets }: OneServer): readonly PlannedObject[] {
  return assets
    .filter(({ path }) => path.startsWith(SITE))
    .map(({ path, source }) => ({ bucket: SITE_BUCKET, key: path.slice(SITE.length), source }));
}

export const ONE_SERVER_BUCKETS = [SITE_BUCKET] as const;

export interface OneServerParts {
  readonly balancer: PlannedBalancer;
  readonly server: ServerConfig;
  readonly migration: { readonly of: FunctionConfig; readonly properties: Json };
  readonly edge: EdgeConfig;
}

export interface OneServerPlaces {
  readonly database: Place;
  /** Base URL of what serves the site's files. */
  readonly objects: string;
  /** Address of the service behind nginx. */
  readonly servers: string;
}

/** nginx, the service and the migration of the one server, with the module that it verifies. */
export function planOneServer(
  one: OneServer,
  reader: TemplateReader,
  local: LocalEnvironment,
  places: OneServerPlaces,
): OneServerParts {
  const { region, group, template, settings } = one;
  const module = assetAt(one, `${TARGET}/server.mjs`);
  const text = (path: string) => asText(reader.evaluate(template, here(one, path, places), path));
  const environment = localEnvironment(
    runtimeOnly(withoutCredentials(variables(text('/etc/meridian/environment')))),
    ...([region, local] as const),
  );
  const type = reader.text(template, 'LaunchTemplateData', 'InstanceType') ?? '';
  const memoryMiB = (instanceSize(type)?.memoryGiB ?? 1) * 1024;
  const migrate = assetAt(one, `${TARGET}/migrate/index.mjs`).source;
  return {
    balancer: nginx(group, settings),
    server: {
      ...{ name: group.logicalId, file: module.source, sha256: module.sha256 },
      ...{ environment, address: places.servers, port: 8080, count: 1, memoryMiB },
      ...{ stopSeconds: STOP_SECONDS, graceSeconds: 0 },
    },
    migration: {
      of: {
        ...{ name: 'migrate', directory: dirname(migrate), environment, memoryMiB },
        handler: `${basename(migrate, '.mjs')}.handler`,
        timeoutSeconds: MIGRATION_SECONDS,
      },
      properties: JSON.parse(text('/etc/meridian/migration.json')) as JsonObject,
    },
    edge: site(region, places.objects),
  };
}

function here({ files }: OneServer, path: string, { database }: OneServerPlaces): string {
  return (files.get(path) ?? '').replaceAll(DATABASE, `${database.address}:${database.port}`);
}

/** The keys of the machine's role, which nginx hands out there. */
function withoutCredentials(
  all: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(all).filter(([name]) => !name.startsWith('AWS_CONTAINER_'));
  return Object.fromEntries(kept);
}

function assetAt({ assets, template }: OneServer, path: string): ServerAsset {
  const found = assets.find((asset) => asset.path === path);
  if (found === undefined) throw new PlanError(template.key, `it fetches no ${path}`);
  return found;
}

/** As in its configuration: the API and both health paths to the service, all else from files. */
function nginx(group: AssemblyResource, settings: OneServer['settings']): PlannedBalancer {
  const paths = ['HEALTH_PATH', 'READY_PATH'].flatMap((name) => settings[name] ?? []);
  const targetGroup = group.key;
  const behind: ServerGroupConfig = {
    ...{ kind: 'servers', service: group.key, deregistrationSeconds: 0 },
    // Nobody asks it how it is: only its end makes systemd start it again.
    healthCheck: {
      ...{ path: paths[0] ?? '/', intervalSeconds: 10, timeoutSeconds: 5, statuses: '200' },
      ...{ healthyThreshold: 1, unhealthyThreshold: Number.MAX_SAFE_INTEGER },
    },
    minimumHealthy: { count: 1, percentage: 0 },
    balancing: { algorithm: 'round-robin', anomalyMitigation: false },
  };
  return {
    ...{ key: group.key, region: group.stack.region },
    listener: {
      rules: [
        {
          conditions: [{ field: 'path-pattern', values: ['/api/*', ...paths] }],
          action: { kind: 'forward', targetGroups: [{ targetGroup, weight: 1 }] },
        },
      ],
      defaultAction: { kind: 'fixed-response', status: 404, contentType: 'text/plain', body: '' },
    },
    targetGroups: { [targetGroup]: behind },
    functions: [],
    services: [group],
  };
}

function site(region: string, url: string): EdgeConfig {
  const host = `${SITE_BUCKET}.s3.${region}.amazonaws.com`;
  return {
    behaviors: [],
    otherwise: {
      target: { kind: 'objects', members: [{ region, url, host }], failoverStatuses: [] },
    },
    rootObject: 'index.html',
  };
}
