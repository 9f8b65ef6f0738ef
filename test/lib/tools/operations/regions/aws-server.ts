import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '../../../../../lib/tools/twin/tables/private/database';

/** Who writes each global cluster, and which of its copies are behind how many milliseconds. */
export interface Global {
  writer: string;
  status: 'available' | 'switching-over' | 'failing-over';
  readonly lagMs: Record<string, number | undefined>;
}

/**
 * A real HTTP server in the place of AWS: DynamoDB by dynalite, S3 by a set of objects, global
 * databases that take some looks to change. Which Region a request is for stands in its signature.
 */
export class AwsServer {
  /** Its API does not answer; nor does its database. */
  public readonly lost = new Set<string>();
  /** `SERVICE REGION ACTION`, as they came. */
  public readonly requests: string[] = [];
  public readonly objects = new Set<string>();
  public readonly clusters: Record<string, Global> = {};
  /** Regions whose clusters have no instance. */
  public readonly headless = new Set<string>();
  /** The next so many requests are throttled. */
  public throttled = 0;
  private looks = 0;

  /** Figures of queues, by Region, queue and metric; what is not here has told nothing. */
  public readonly queues = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly tables: Database,
    private readonly regions: readonly string[],
  ) {}

  public static async start(table: string, regions: readonly string[]): Promise<AwsServer> {
    const tables = await Database.start('127.0.0.1', [
      {
        name: table,
        keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        attributes: [{ AttributeName: 'id', AttributeType: 'S' }],
        ...{ indexes: [], replicas: {} },
      },
    ]);
    const server = createServer();
    const made = new AwsServer(server, tables, regions);
    server.on('request', (request, response) => {
      made
        .answer(request)
        .then((reply) => {
          if (reply === undefined) response.destroy();
          else response.writeHead(reply.status, reply.headers).end(reply.body);
        })
        .catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.tables.close();
  }

  private async answer(request: IncomingMessage): Promise<Reply | undefined> {
    const [, region = '', service = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const body = await read(request);
    const action = actionOf(request, body);
    this.requests.push(`${service} ${region} ${action}`);
    if (this.lost.has(region)) return undefined;
    if (this.throttled > 0) {
      this.throttled -= 1;
      return throttling(service);
    }
    switch (service) {
      case 'dynamodb': {
        const {
          status,
          headers,
          body: answer,
        } = await this.tables.forward(headersOf(request), body);
        return {
          status,
          headers: { 'content-type': String(headers['content-type']) },
          body: answer,
        };
      }
      case 's3':
        return this.object(request);
      case 'rds':
        return this.rds(region, new URLSearchParams(body.toString()));
      case 'monitoring':
        return this.figure(region, JSON.parse(body.toString()) as MetricQuery);
      default:
        return json(400, { __type: 'ResourceNotFoundException', message: 'not here' });
    }
  }

  private object({ method, url = '' }: IncomingMessage): Reply {
    const path = url.split('?', 1)[0] ?? '';
    if (method === 'PUT') this.objects.add(path);
    if (method === 'DELETE') this.objects.delete(path);
    const status = method === 'HEAD' && !this.objects.has(path) ? 404 : 200;
    return { status, headers: {}, body: '' };
  }

  private instances(region: string): string {
    const one =
      '<DBClusterMember><DBInstanceIdentifier>one</DBInstanceIdentifier></DBClusterMember>';
    return this.headless.has(region) ? '' : one;
  }

  private rds(region: string, query: URLSearchParams): Reply {
    const action = query.get('Action') ?? '';
    const id = query.get('GlobalClusterIdentifier') ?? '';
    const named = this.clusters[id];
    if (action === 'DescribeDBClusters') {
      const cluster = query.get('DBClusterIdentifier') ?? '';
      return xml(
        action,
        `<DBClusters><DBCluster><DBClusterIdentifier>${cluster}</DBClusterIdentifier>` +
          `<Status>available</Status><DBClusterMembers>${this.instances(region)}</DBClusterMembers>` +
          `</DBCluster></DBClusters>`,
      );
    }
    if (named === undefined) return failure(404, 'GlobalClusterNotFoundFault');
    if (action === 'DescribeGlobalClusters') {
      // The wanted one stands on the second page.
      if (query.get('Marker') === null) {
        return xml(action, '<Marker>second</Marker><GlobalClusters></GlobalClusters>');
      }
      this.settle(named);
      return xml(action, `<GlobalClusters>${this.member(id, named)}</GlobalClusters>`);
    }
    const to = (query.get('TargetDbClusterIdentifier') ?? '').split(':')[3] ?? '';
    if (action === 'SwitchoverGlobalCluster' && region !== named.writer) {
      return failure(400, 'InvalidGlobalClusterStateFault');
    }
    if (action === 'FailoverGlobalCluster' && query.get('AllowDataLoss') !== 'true') {
      return failure(400, 'InvalidParameterCombination');
    }
    named.status = action === 'SwitchoverGlobalCluster' ? 'switching-over' : 'failing-over';
    named.writer = to;
    this.looks = 2;
    return xml(action, '');
  }

  private settle(cluster: Global): void {
    if (this.looks > 0) this.looks -= 1;
    else cluster.status = 'available';
  }

  private member(id: string, { writer, status }: Global): string {
    const members = this.regions.map(
      (region) =>
        `<GlobalClusterMember><DBClusterArn>arn:aws:rds:${region}:123456789012:cluster:${id}-${region}` +
        `</DBClusterArn><IsWriter>${region === writer}</IsWriter></GlobalClusterMember>`,
    );
    return (
      `<GlobalClusterMember><GlobalClusterIdentifier>${id}</GlobalClusterIdentifier>` +
      `<Status>${status}</Status><GlobalClusterMembers>${members.join('')}</GlobalClusterMembers>` +
      `</GlobalClusterMember>`
    );
  }

  private figure(region: string, { Dimensions: dimensions, MetricName: metric }: MetricQuery) {
    const valueOf = (name: string) => dimensions.find(({ Name }) => Name === name)?.Value ?? '';
    const cluster = valueOf('DBClusterIdentifier');
    const found = Object.entries(this.clusters).find(([id]) => cluster === `${id}-${region}`)?.[1];
    const queue = valueOf('QueueName');
    const lag = valueOf('SourceRegion') === found?.writer ? found.lagMs[region] : undefined;
    const newest = queue === '' ? lag : this.queues.get(`${region} ${queue} ${metric}`);
    const now = Date.now() / 1000;
    const points = [
      { Timestamp: now - 60, Maximum: newest },
      { Timestamp: now - 120, Maximum: 9e9 },
    ];
    return json(200, { Label: 'x', Datapoints: newest === undefined ? [] : points });
  }
}

interface MetricQuery {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

function actionOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.')[1] ?? '';
  const query = new URLSearchParams(body.toString()).get('Action');
  return query ?? `${request.method ?? ''} ${(request.url ?? '').split('?', 1)[0] ?? ''}`;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

function throttling(service: string): Reply {
  if (service === 'rds') return failure(400, 'Throttling');
  if (service === 's3') return { status: 503, headers: {}, body: '' };
  return json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
}

function json(status: number, body: object): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { status, headers, body: JSON.stringify(body) };
}

const RDS = 'http://rds.amazonaws.com/doc/2014-10-31/';

function xml(action: string, content: string): Reply {
  const wrapped = action.startsWith('Describe') ? content : '<GlobalCluster></GlobalCluster>';
  const body =
    `<?xml version="1.0"?><${action}Response xmlns="${RDS}"><${action}Result>${wrapped}` +
    `</${action}Result></${action}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function failure(status: number, code: string): Reply {
  const body =
    `<?xml version="1.0"?><ErrorResponse xmlns="${RDS}"><Error><Type>Sender</Type>` +
    `<Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
