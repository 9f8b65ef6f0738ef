import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CustomResourceEvent } from '../../../../lib/handlers/private/custom-resource';
import { dsqlClusters } from '../../../../lib/handlers/peering/dsql';
import { peeringWork } from '../../../../lib/handlers/peering/peering';
import type { PeeringProperties } from '../../../../lib/handlers/peering/peering';

const OWN = 'arn:aws:dsql:us-east-1:123456789012:cluster/own';
const PEER = 'arn:aws:dsql:us-east-2:123456789012:cluster/peer';

/** DSQL's two calls over HTTP, with what it refuses. */
class ControlPlane {
  public readonly requests: { method: string; url: string; signed: boolean; body: unknown }[] = [];
  private clusters = [OWN];
  private readonly server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const scope = /Credential=AKID\/\d{8}\/us-east-1\/dsql\/aws4_request/;
      const signed = scope.test(headers.authorization ?? '');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      this.requests.push({ method, url, signed, body });
      if (url !== '/cluster/own') {
        response.writeHead(404).end(JSON.stringify({ message: 'Cluster not found' }));
        return;
      }
      const asked = body as { multiRegionProperties?: { clusters: string[] } } | undefined;
      this.clusters = [
        ...new Set([OWN, ...(asked?.multiRegionProperties?.clusters ?? this.clusters)]),
      ];
      response.end(JSON.stringify({ multiRegionProperties: { clusters: this.clusters } }));
    });
  });

  public async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    await new Promise((done) => this.server.close(done));
  }
}

const plane = new ControlPlane();
let work: ReturnType<typeof peeringWork>;
beforeAll(async () => {
  const endpoint = await plane.listen();
  const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  work = peeringWork(dsqlClusters({ region: 'us-east-1', endpoint, ...keys }));
});
afterAll(async () => {
  await plane.close();
});
beforeEach(() => plane.requests.splice(0));

const event = (change: Partial<CustomResourceEvent<PeeringProperties>> = {}) => ({
  ...{ RequestType: 'Create' as const, ResponseURL: '', StackId: '', LogicalResourceId: '' },
  RequestId: 'request-1',
  ResourceProperties: { Cluster: 'own', WitnessRegion: 'us-west-2', Peers: [PEER] },
  ...change,
});

test('tells a cluster its peer and the witness, by signed requests', async () => {
  expect(await work(event())).toBe('own/peers');
  expect(plane.requests).toEqual([
    { method: 'GET', url: '/cluster/own', signed: true, body: undefined },
    {
      ...{ method: 'POST', url: '/cluster/own', signed: true },
      body: {
        clientToken: 'request-1',
        multiRegionProperties: { witnessRegion: 'us-west-2', clusters: [PEER] },
      },
    },
  ]);
});

test('leaves what is peered already alone', async () => {
  expect(await work(event({ RequestType: 'Update' }))).toBe('own/peers');
  expect(plane.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('deleting parts nobody', async () => {
  expect(await work(event({ RequestType: 'Delete', PhysicalResourceId: 'own/peers' }))).toBe(
    'own/peers',
  );
  expect(plane.requests).toEqual([]);
});

test('says what DSQL refused', async () => {
  const ResourceProperties = { Cluster: 'gone', WitnessRegion: 'us-west-2', Peers: [PEER] };
  await expect(work(event({ ResourceProperties }))).rejects.toThrow(
    'DSQL answered 404 for gone: {"message":"Cluster not found"}',
  );
});
