import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Relay } from '../../../lambda/work/relay';
import { createWorkHandler } from '../../../lambda/work/handler';
import type { SqsEvent } from '../../../lambda/work/handler';
import { choosePort } from '../../../lib/tools/twin/processes';
import { EventSource, type QueueDepth, startQueues } from '../../../lib/tools/twin/queues';
import { AWAY, HOME, type RegionOfTest } from './world';

const ACCOUNT = '123456789012';
export const EVENTS = 'events.fifo';
export const DEAD = 'events-dead.fifo';

/** The queues of both Regions, as the twin serves them. */
export interface RunningQueues {
  readonly url: string;
  readonly endpoint: string;
  start(region: string): Promise<void>;
  stop(region: string): Promise<void>;
  depth(region: string): Readonly<Record<string, QueueDepth>>;
  send(region: string, body: string, group: string): Promise<void>;
  end(): Promise<void>;
}

export async function startTestQueues(): Promise<RunningQueues> {
  const directory = await mkdtemp(join(tmpdir(), 'meridian-queues-'));
  const ports: Readonly<Record<string, number>> = {
    [HOME]: await choosePort('127.0.0.1', 0),
    [AWAY]: await choosePort('127.0.0.1', 0),
  };
  const peers = Object.fromEntries(
    Object.entries(ports).map(([region, port]) => [region, `http://127.0.0.1:${port}`]),
  );
  const running = new Map<string, Awaited<ReturnType<typeof startQueues>>>();
  const common = { fifo: true, visibilitySeconds: 1, retentionSeconds: 345_600 };
  const start = async (region: string) => {
    const service = await startQueues({
      region,
      account: ACCOUNT,
      address: '127.0.0.1',
      port: ports[region]!,
      queues: [
        { ...common, name: EVENTS, redrive: { queue: DEAD, maxReceives: 3 } },
        { ...common, name: DEAD },
      ],
      peers,
      directory: join(directory, region),
    });
    running.set(region, service);
  };
  const stop = async (region: string) => {
    await running.get(region)?.close();
    running.delete(region);
  };
  const url = `http://sqs.{region}.amazonaws.com/${ACCOUNT}/${EVENTS}`;
  return {
    url,
    endpoint: peers[HOME]!,
    start,
    stop,
    depth: (region) =>
      running.get(region)?.answer?.('depth', undefined) as Record<string, QueueDepth>,
    send: async (region, MessageBody, MessageGroupId) => {
      const QueueUrl = url.replace('{region}', region);
      const answer = await fetch(peers[region]!, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
        body: JSON.stringify({ QueueUrl, MessageBody, MessageGroupId }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    end: async () => {
      for (const region of [...running.keys()]) await stop(region);
      await rm(directory, { recursive: true });
    },
  };
}

/** What a server and the event source mapping of a Region do. */
export function startWork(
  { deps }: RegionOfTest,
  queues: RunningQueues,
): { readonly relay: Relay; readonly source: EventSource } {
  const handler = createWorkHandler(deps);
  const relay = new Relay(deps, 50);
  const source = new EventSource({
    endpoint: queues.endpoint,
    queueUrl: queues.url.replace('{region}', deps.region),
    queueArn: `arn:aws:sqs:${deps.region}:${ACCOUNT}:${EVENTS}`,
    region: deps.region,
    batchSize: 10,
    invoke: (event) => handler(event as SqsEvent),
  });
  relay.start();
  source.start();
  return { relay, source };
}
