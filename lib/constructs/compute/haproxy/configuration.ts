import type { SoftwareAlgorithm } from '../../../config';
import { FASTEST_LUA } from './fastest';

export type { SoftwareAlgorithm };

/** A server that is there from the start. */
export interface FixedServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface HaproxyOptions {
  readonly algorithm: SoftwareAlgorithm;
  /** Address and port on which clients are answered, such as `:8080`. */
  readonly bind: string;
  /** Servers that are known, or how many places there are for those that are told later. */
  readonly servers: readonly FixedServer[] | { readonly places: number; readonly port: number };
  /** Path on which a server says that it lives. */
  readonly healthPath: string;
  /** Directory of the configuration's other files. */
  readonly directory: string;
  /** Path of the socket by which servers are told and states are asked. */
  readonly socket: string;
  /** Whom it runs as, and who may use the socket. @default whoever starts it */
  readonly user?: string;
  /** Seconds in which the share of a new server grows to its full. @default 30 */
  readonly slowStartSeconds?: number;
  /** Who gets further than the open paths. @default everybody */
  readonly admits?: HaproxyAdmission;
  /** Seconds between two questions to a server. @default 2 */
  readonly checkSeconds?: number;
}

/** What a load balancer that reads no requests cannot demand of them. */
export interface HaproxyAdmission {
  /** Paths that anybody may ask for, such as those of health. */
  readonly openPaths: readonly string[];
  /** Names that anybody may ask for. */
  readonly openHosts: readonly string[];
}

/** File of the values of `x-origin-verify` that are admitted, beside the configuration. */
export const SECRETS_FILE = 'origin.acl';

/** Name of the only backend. */
export const BACKEND = 'servers';
/** Path on which the balancer itself answers while it has a server that lives. */
export const BALANCER_ALIVE = '/-/balancer';

/** `hash-type consistent`: a server that comes or goes moves only its own share. */
const BALANCE: Readonly<Record<SoftwareAlgorithm, readonly string[]>> = {
  'round-robin': ['balance roundrobin'],
  'least-connections': ['balance leastconn'],
  'random-of-two': ['balance random(2)'],
  'source-ip-hash': ['balance source', 'hash-type consistent'],
  'uri-hash': ['balance uri', 'hash-type consistent'],
  // For what the choice finds no server that lives.
  'fastest-response': [
    'balance leastconn',
    'http-request lua.choose_fastest',
    'http-response lua.measure',
    'use-server %[var(txn.fastest)] if { var(txn.fastest) -m len gt 0 }',
  ],
};

/**
 * The whole configuration of HAProxy 2.4 or newer: one frontend, one backend, health checks, one more
 * try at another server where a connection fails. Equal options give equal text.
 *
 * @throws RangeError for a name, address or path that would mean something else in the configuration
 */
export function haproxyConfiguration(options: HaproxyOptions): string {
  checkWords(options);
  const { algorithm, bind, healthPath, directory, socket } = options;
  const { user } = options;
  const lua = algorithm === 'fastest-response' ? [`lua-load ${directory}/${FASTEST_LUA}`] : [];
  return [
    section('global', [
      `stats socket ${socket} mode 600 level admin${user === undefined ? '' : ` user ${user}`}`,
      ...(user === undefined ? [] : [`user ${user}`, `group ${user}`]),
      // Servers on the same side of a network ask together otherwise.
      'spread-checks 5',
      ...lua,
    ]),
    section('defaults', [
      'mode http',
      'timeout connect 2s',
      'timeout http-request 10s',
      'timeout queue 5s',
      // As the load balancers around it.
      'timeout client 60s',
      'timeout server 60s',
      'retries 1',
      'option redispatch 1',
      'option forwardfor if-none',
    ]),
    section('frontend door', [
      `bind ${bind}`,
      `monitor-uri ${BALANCER_ALIVE}`,
      `monitor fail if { nbsrv(${BACKEND}) lt 1 }`,
      ...admissionLines(options),
      `default_backend ${BACKEND}`,
    ]),
    section(`backend ${BACKEND}`, [
      ...BALANCE[algorithm],
      'option httpchk',
      // Servers answer 400 to a request without a name, as HTTP/1.0 has it.
      `http-check send meth GET uri ${healthPath} ver HTTP/1.1 hdr Host ${BACKEND}`,
      'http-check expect status 200',
      `default-server check inter ${options.checkSeconds ?? 2}s fall 3 rise 2 ` +
        `slowstart ${options.slowStartSeconds ?? 30}s`,
      ...serverLines(options.servers),
    ]),
  ].join('\n');
}

function section(name: string, lines: readonly string[]): string {
  return [name, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Everybody else is refused as by the other load balancers. */
function admissionLines({ admits, directory }: HaproxyOptions): readonly string[] {
  if (admits === undefined) return [];
  const { openPaths, openHosts } = admits;
  const named = openHosts.length === 0 ? [] : ['named'];
  return [
    `acl open path ${[...new Set(openPaths)].join(' ')}`,
    `acl verified req.hdr(x-origin-verify) -m str -f ${directory}/${SECRETS_FILE}`,
    ...named.map((name) => `acl ${name} hdr(host),field(1,:) -m str -i ${openHosts.join(' ')}`),
    `http-request deny deny_status 403 unless ${['open', 'verified', ...named].join(' or ')}`,
  ];
}

/** Places without a server are disabled until the socket tells whose they are. */
function serverLines(servers: HaproxyOptions['servers']): readonly string[] {
  if ('places' in servers) {
    return [`server-template app 1-${servers.places} 127.0.0.1:${servers.port} disabled`];
  }
  return servers.map(({ name, address, port }) => `server ${name} ${address}:${port}`);
}

function checkWords(options: HaproxyOptions): void {
  const { bind, healthPath, directory, socket, servers, user = 'root' } = options;
  const words = 'places' in servers ? [] : servers.flatMap(({ name, address }) => [name, address]);
  const { openPaths = [], openHosts = [] } = options.admits ?? {};
  const open = [...openPaths, ...openHosts];
  for (const word of [bind, healthPath, directory, socket, user, ...words, ...open]) {
    if (/^[\w./:~-]+$/.test(word)) continue;
    throw new RangeError(
      `names, addresses and paths are letters, digits and . / : _ ~ -, got: ${JSON.stringify(word)}`,
    );
  }
}
