import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Deployed, Deployment, FunctionConfig, ServerVersion } from '../../gateway';
import { DrillRefused } from './refused';
import type { World } from './world';

/** A server that ends while it starts, such as for a variable that nobody has set. */
const CRASHES = `throw new Error('this version does not start');\n`;

/** A server that lives, as its health check has it, and has an error for everything else. */
const failingServer = (alive: readonly string[]) => `
import { createServer } from 'node:http';
const alive = new Set(${JSON.stringify(alive)});
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  request.resume();
  response.writeHead(alive.has(pathname) ? 200 : 500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: alive.has(pathname) ? 'alive' : 'broken' }));
});
server.listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;

const failingFunction = (name: string) => `
export const ${name} = async () => ({ statusCode: 500, body: '{"status":"broken"}' });
`;

/** Of a deployment that changes nothing but versions, an answer comes within, in milliseconds. */
const LONGEST_MS = 90_000;

/** What is rolled out to a Region, good and bad. */
export interface Versions {
  readonly good: Deployment;
  /** Servers end while they start; functions stay as they are. */
  readonly crashing: Deployment;
  /** Servers and functions have an error for every request; the servers' health check says yes. */
  readonly failing: Deployment;
}

/** @throws DrillRefused where no servers or functions answer in the Region */
export async function versionsOf(world: World, region: string): Promise<Versions> {
  const plan = planOf(world, region);
  const { servers, functions, balancer } = plan;
  if (Object.keys(servers).length === 0) {
    throw new DrillRefused(`no servers answer in ${region}`, 'drill a deployment that has some');
  }
  const groups = Object.values(balancer.targetGroups);
  const alive = groups.flatMap((it) => (it.kind === 'servers' ? [it.healthCheck.path] : []));
  const directory = join(dirname(world.parts.buckets), 'versions', region);
  await mkdir(directory, { recursive: true });
  const mapped = <T, R>(of: Readonly<Record<string, T>>, map: (it: T) => R) =>
    Object.fromEntries(Object.entries(of).map(([key, it]) => [key, map(it)]));
  const crashing = await written(join(directory, 'crashing.mjs'), CRASHES);
  const failing = await written(join(directory, 'failing.mjs'), failingServer(alive));
  for (const of of Object.values(functions)) await writeHandler(directory, of);
  return {
    good: {
      servers: mapped(servers, ({ file, sha256 }) => ({ file, sha256 })),
      functions: mapped(functions, (it) => ({ directory: it.directory })),
    },
    crashing: { servers: mapped(servers, () => crashing), functions: {} },
    failing: {
      servers: mapped(servers, () => failing),
      functions: mapped(functions, () => ({ directory })),
    },
  };
}

/** Rolls versions out as a stack's update does. @throws Error where it does not come to an end */
export async function deploy(world: World, region: string, to: Deployment): Promise<Deployed> {
  const running = world.parts.regions.find(({ plan }) => plan.name === region);
  return (await running?.gateway.ask('deploy', to, LONGEST_MS)) as Deployed;
}

function planOf({ parts }: World, name: string): World['parts']['regions'][number]['plan'] {
  const region = parts.regions.find(({ plan }) => plan.name === name);
  if (region === undefined) throw new DrillRefused(`no Region ${name} runs`, 'check the topology');
  return region.plan;
}

async function written(file: string, text: string): Promise<ServerVersion> {
  await writeFile(file, text, { mode: 0o644 });
  return { file, sha256: createHash('sha256').update(text).digest('hex') };
}

async function writeHandler(directory: string, { handler }: FunctionConfig): Promise<void> {
  const dot = handler.lastIndexOf('.');
  const file = join(directory, `${handler.slice(0, dot)}.mjs`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, failingFunction(handler.slice(dot + 1)), { mode: 0o644 });
}
