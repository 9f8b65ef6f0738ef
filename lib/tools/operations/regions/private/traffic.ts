import type { Estate, Plan } from '../model';
import { Look } from './look';

/** @throws Error where the switch's state is not known: then nobody can tell what a step would do */
export async function planDrain(estate: Estate, region: string): Promise<Plan> {
  const look = new Look(estate);
  const drained = await look.ask(`traffic switch of ${region}`, () =>
    estate.switches.isDrained(region),
  );
  const [capacity, document] = await Promise.all([look.capacity([region]), look.document()]);
  const { shards = {} } = document ?? {};
  const written = Object.keys(shards).filter((name) => shards[name]?.home === region);
  const steps = drained === true ? [] : [`take ${region} out of traffic by its switch`];
  const warnings = [
    ...capacityWarnings(capacity),
    ...(written.length > 0
      ? [`${region} goes on writing ${written.join(', ')}: \`meridian evacuate\` moves them`]
      : []),
    ...look.unknown.map(({ what, reason }) => `unknown: ${what} (${reason})`),
  ];
  return { operation: `drain ${region}`, steps, shards: [], capacity, warnings };
}

export function capacityWarnings({ serving, needed, enough }: Plan['capacity']): readonly string[] {
  if (enough === true) return [];
  const left = `${serving.length} Regions are known to serve then (${serving.join(', ') || 'none'})`;
  return [
    enough === false
      ? `${left}, and the declared peak needs ${needed}`
      : `${left}; whether the ${needed} that the declared peak needs do is not known`,
  ];
}

export async function planReturn(estate: Estate, region: string): Promise<Plan> {
  const look = new Look(estate);
  const { answers, drained } = await look.traffic(region);
  const [capacity, document] = await Promise.all([look.capacity([], region), look.document()]);
  const names = Object.keys(document?.shards ?? {});
  const unready = await Promise.all(
    names.map(async (name) => {
      const members = await look.ask(`copies of ${name}`, () => estate.databases.survey(name));
      const own = members?.find((it) => it.region === region);
      const home = document?.shards[name]?.home;
      if (own === undefined || (home === region) === (own.role === 'writer')) return [];
      return [`its copy of ${name} is ${own.role} and ${home ?? 'nobody'} writes it`];
    }),
  );
  const warnings = [
    ...unready.flat(),
    ...(answers === true ? [] : [`${region} is not known to answer its health check`]),
    ...look.unknown.map(({ what, reason }) => `unknown: ${what} (${reason})`),
  ];
  const steps = drained === false ? [] : [`let ${region} into traffic by its switch`];
  return { operation: `return ${region}`, steps, shards: [], capacity, warnings };
}
