import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in of the API knows. Shapes are those of the 2013-04-01 API reference. */
export interface Account {
  /** Names of zones by id. */
  readonly zones: Readonly<Record<string, { readonly name: string; readonly isPrivate?: boolean }>>;
  readonly checks: Readonly<
    Record<string, { readonly config: string; readonly statuses: readonly string[] }>
  >;
  /** Addresses for a name, asked for a network (`none` without one). */
  answer(name: string, network: string): readonly string[] | undefined;
}

export interface Route53Server {
  readonly url: string;
  /** Requests so far, `PATH?QUERY`. */
  readonly requests: readonly string[];
  /** The next so many requests are throttled. */
  throttle(times: number): void;
  /** Everything is refused from now on. */
  refuse(): void;
  close(): void;
}

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';
const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const PAGE = 2;

/** A real HTTP server that speaks the API's XML, two items a page whatever is asked for. */
export async function route53Server(account: Account): Promise<Route53Server> {
  const requests: string[] = [];
  let throttled = 0;
  let refusing = false;
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answer = refusing
      ? failure(
          403,
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
        )
      : throttled-- > 0
        ? failure(400, 'Throttling', 'Rate exceeded')
        : respond(account, request);
    response.writeHead(answer.status, { 'content-type': 'text/xml' });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    throttle: (times) => {
      throttled = times;
    },
    refuse: () => {
      refusing = true;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

function failure(status: number, code: string, message: string): Reply {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`;
  return {
    status,
    body: `<?xml version="1.0"?><ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error><RequestId>r-1</RequestId></ErrorResponse>`,
  };
}

function ok(root: string, content: string): Reply {
  return {
    status: 200,
    body: `<?xml version="1.0"?><${root} xmlns="${NAMESPACE}">${content}</${root}>`,
  };
}

function respond(account: Account, request: IncomingMessage): Reply {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true) {
    return failure(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
  }
  const path = pathname.replace(/^\/2013-04-01/, '');
  if (path === '/hostedzonesbyname') return zones(account, searchParams);
  if (path === '/testdnsanswer') return testAnswer(account, searchParams);
  if (path === '/healthcheck') return checks(account, searchParams);
  const [, id = '', what = ''] = /^\/healthcheck\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  const check = account.checks[id];
  if (check === undefined) return failure(404, 'NoSuchHealthCheck', `no check ${id}`);
  const failuresOnly = what === 'lastfailurereason';
  const root = failuresOnly
    ? 'GetHealthCheckLastFailureReasonResponse'
    : 'GetHealthCheckStatusResponse';
  const told = check.statuses.filter((it) => !failuresOnly || it.startsWith('Failure'));
  const seen = told.map((status, at) =>
    element(
      'HealthCheckObservation',
      `<Region>us-west-${at + 1}</Region><IPAddress>192.0.2.${at}</IPAddress><StatusReport>` +
        `<Status>${status}</Status><CheckedTime>2026-11-01T10:00:00.000Z</CheckedTime></StatusReport>`,
    ),
  );
  return ok(root, element('HealthCheckObservations', seen.join('')));
}

function zones(account: Account, query: URLSearchParams): Reply {
  const all = Object.entries(account.zones)
    .map(([id, zone]) => ({ id, ...zone }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  const from = all.findIndex(
    ({ name, id }) =>
      name >= (query.get('dnsname') ?? '') &&
      (query.get('hostedzoneid') === null || id >= (query.get('hostedzoneid') ?? '')),
  );
  const rest = from < 0 ? [] : all.slice(from);
  const [page, next] = [rest.slice(0, PAGE), rest[PAGE]];
  const listed = page.map(({ id, name, isPrivate = false }) =>
    element(
      'HostedZone',
      `<Id>/hostedzone/${id}</Id><Name>${name}</Name><CallerReference>c</CallerReference>` +
        `<Config><PrivateZone>${isPrivate}</PrivateZone></Config>`,
    ),
  );
  const more =
    next &&
    `<NextDNSName>${next.name}</NextDNSName><NextHostedZoneId>${next.id}</NextHostedZoneId>`;
  return ok(
    'ListHostedZonesByNameResponse',
    `${element('HostedZones', listed.join(''))}<IsTruncated>${next !== undefined}</IsTruncated>` +
      `${more ?? ''}<MaxItems>${PAGE}</MaxItems>`,
  );
}

function checks(account: Account, query: URLSearchParams): Reply {
  const all = Object.entries(account.checks);
  const from = Number(query.get('marker') ?? 0);
  const listed = all
    .slice(from, from + PAGE)
    .map(([id, { config }]) =>
      element(
        'HealthCheck',
        `<Id>${id}</Id><CallerReference>c</CallerReference><HealthCheckConfig>${config}</HealthCheckConfig>` +
          '<HealthCheckVersion>1</HealthCheckVersion>',
      ),
    );
  const more = from + PAGE < all.length;
  return ok(
    'ListHealthChecksResponse',
    `${element('HealthChecks', listed.join(''))}<Marker>${from}</Marker><IsTruncated>${more}</IsTruncated>` +
      `${more ? `<NextMarker>${from + PAGE}</NextMarker>` : ''}<MaxItems>${PAGE}</MaxItems>`,
  );
}

function testAnswer(account: Account, query: URLSearchParams): Reply {
  const zone = account.zones[query.get('hostedzoneid') ?? ''];
  if (zone === undefined) return failure(404, 'NoSuchHostedZone', 'No hosted zone found');
  const name = query.get('recordname') ?? '';
  const mask = query.get('edns0clientsubnetmask');
  const network = query.get('edns0clientsubnetip');
  if ((mask === null) !== (network === null)) return failure(400, 'InvalidInput', 'mask');
  const addresses = account.answer(name, network ?? 'none');
  const data = (addresses ?? []).map((it) => element('RecordDataEntry', it)).join('');
  return ok(
    'TestDNSAnswerResponse',
    `<Nameserver>ns-1.awsdns-01.com</Nameserver><RecordName>${name}</RecordName><RecordType>A</RecordType>` +
      `${element('RecordData', data)}<ResponseCode>${addresses === undefined ? 'NXDOMAIN' : 'NOERROR'}</ResponseCode>` +
      '<Protocol>UDP</Protocol>',
  );
}
