import type { Member, Topology } from '../../failover';
import type { CopyView, Estate, Queues, RegionView, ShardView, StatusReport } from '../model';
import { capacityOf, Look } from './look';

/** Asks everything that there is to be known, and says what could not be. */
export async function statusOf(estate: Estate): Promise<StatusReport> {
  const look = new Look(estate);
  const { regions } = estate;
  const [document, traffic, queues, holder] = await Promise.all([
    look.document(),
    Promise.all(regions.map((region) => look.traffic(region))),
    Promise.all(
      regions.map((region) => look.ask(`queues of ${region}`, () => estate.queues(region))),
    ),
    look.ask('commands under way', () => estate.control.holder(Date.now())),
  ]);
  const names = Object.keys(document?.shards ?? {});
  const shards = await Promise.all(names.map((name) => shardView(estate, look, document, name)));
  const views = regions.map((region, at): readonly [string, RegionView] => {
    const { answers, drained } = traffic[at] ?? {};
    return [
      region,
      {
        traffic: drained === undefined ? null : drained ? 'drained' : 'admitted',
        answers: answers ?? null,
        writes:
          (document && names.filter((name) => document.shards[name]?.home === region)) || null,
        queues: queues[at] ?? null,
      },
    ];
  });
  const report = {
    schemaVersion: 1 as const,
    of: estate.of,
    epoch: document?.epoch ?? null,
    directory: document?.directory.home ?? null,
    regions: Object.fromEntries(views),
    shards: Object.fromEntries(shards),
    capacity: capacityOf(estate, regions, traffic),
    underway: holder
      ? { operation: holder.operation, until: new Date(holder.until).toISOString() }
      : null,
    unknown: look.unknown,
  };
  return { ...report, findings: findingsOf(report) };
}

async function shardView(
  { databases }: Estate,
  look: Look,
  document: Topology | undefined,
  name: string,
): Promise<readonly [string, ShardView]> {
  const { home = '', state = '', epoch = 0 } = document?.shards[name] ?? {};
  const members = await look.ask(`copies of ${name}`, () => databases.survey(name));
  for (const { region, role } of members ?? []) {
    if (role !== 'unreachable') continue;
    look.unknown.push({ what: `copy of ${name} in ${region}`, reason: 'it does not answer' });
  }
  return [name, { home, state, epoch, copies: members === undefined ? null : copies(members) }];
}

/** Positions compare with those of the one writer; where there is none, nobody knows a lag. */
function copies(members: readonly Member[]): readonly CopyView[] {
  const [writer, second] = members.filter(({ role }) => role === 'writer');
  const known = second === undefined ? writer : undefined;
  return members.map(({ region, role, position, lagSeconds }) => {
    const bytes =
      role !== 'standby' || lagSeconds !== undefined || known === undefined
        ? null
        : Math.max(0, Number(known.position - position));
    return { region, role, lagBytes: bytes, lagSeconds: lagSeconds ?? null };
  });
}

/** What could not be processed waits for a person. */
function deadLetters(queues: Queues): readonly string[] {
  return Object.entries(queues)
    .filter(([name, { waiting }]) => /-dead(\.fifo)?$/.test(name) && (waiting ?? 0) > 0)
    .map(([name, { waiting }]) => `${waiting ?? 0} messages in ${name}`);
}

function findingsOf(report: Omit<StatusReport, 'findings'>): readonly string[] {
  const { regions, shards, capacity, unknown, underway } = report;
  const ofRegions = Object.entries(regions).flatMap(([region, { traffic, answers, queues }]) => [
    ...(traffic === 'drained' ? [`${region} is drained: \`meridian return ${region}\``] : []),
    ...(answers === false ? [`${region} does not answer its health check`] : []),
    ...deadLetters(queues ?? {}).map((it) => `${region}: ${it}`),
  ]);
  const ofShards = Object.entries(shards).flatMap(([shard, { home, state, copies: all }]) => {
    const writers = all?.filter(({ role }) => role === 'writer').map(({ region }) => region) ?? [];
    const elsewhere = writers.filter((region) => region !== home);
    return [
      ...(state === 'serving' ? [] : [`${shard} is ${state}: nobody may write it`]),
      ...(elsewhere.length > 0
        ? [
            `${shard} is written in ${home} by the document, and ${elsewhere.join(', ')} takes writes`,
          ]
        : []),
    ];
  });
  return [
    ...ofRegions,
    ...ofShards,
    ...(capacity.enough === false
      ? [`${capacity.serving.length} Regions serve, and the peak needs ${capacity.needed}`]
      : []),
    ...(underway === null ? [] : [`under way: ${underway.operation}`]),
    ...unknown.map(({ what, reason }) => `unknown: ${what} (${reason})`),
  ];
}
