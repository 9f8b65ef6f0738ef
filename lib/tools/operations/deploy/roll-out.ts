import type { Assembly } from '../../assembly';
import { CommandError } from '../../command';
import type { Clock, Readings } from './gate';
import { migrationFunctions, takeContractSteps, unasked } from './contract';
import { alarmsIn, bake, readAlarms } from './gate';
import type { Account, ContractReport, DeploymentPlan, Wave, WaveReport } from './model';
import { watchedAlarms, wavesOf } from './waves';

/** What would be deployed, in which order, and what watches over it. */
export function planDeployment(assembly: Assembly, bakeMinutes: number): DeploymentPlan {
  const alarms = watchedAlarms(assembly);
  const slow = alarms.filter(({ seconds }) => seconds > bakeMinutes * 60);
  return {
    ...{ waves: wavesOf(assembly), bakeMinutes, alarms, contracts: migrationFunctions(assembly) },
    warnings: [
      ...(alarms.length === 0 ? ['no alarm watches: nothing can stop the deployment'] : []),
      ...(slow.length > 0
        ? [
            `${slow.length} of ${alarms.length} alarms take longer to ring than ${bakeMinutes} min, ` +
              `the slowest ${Math.max(...slow.map((it) => it.seconds)) / 60} min`,
          ]
        : []),
    ],
  };
}

export interface RollOut {
  readonly assembly: Assembly;
  readonly plan: DeploymentPlan;
  readonly account: Account;
  readonly clock: Clock;
  /** Names of alarms that may ring. */
  readonly accepted: ReadonlySet<string>;
  /** Whether contract steps are taken after the last wave. */
  readonly contract: boolean;
  readonly tell: (text: string) => void;
}

export interface RolledOut {
  readonly waves: readonly WaveReport[];
  readonly contracts: readonly ContractReport[];
  readonly reason: string | null;
}

/**
 * Deploys wave after wave. Before each, no alarm may ring; after each that changed something, the
 * alarms are watched. The first that speaks against it stops the deployment: what is deployed stays,
 * and the Regions behind it keep what they have. Run again, it passes over what is unchanged. When all
 * waves are through, contract steps that waited for that are taken, as a wave of their own.
 */
export async function rollOut(of: RollOut): Promise<RolledOut> {
  const done: WaveReport[] = [];
  for (const wave of of.plan.waves) {
    const { outcome, reason } = await deployWave(of, wave);
    done.push({ ...wave, outcome });
    if (reason === undefined) continue;
    const left = of.plan.waves
      .slice(done.length)
      .map((it) => ({ ...it, outcome: 'left' as const }));
    return {
      ...{ waves: [...done, ...left], contracts: of.plan.contracts.map(unasked) },
      reason: `wave ${wave.number}, ${wave.region}: ${reason}`,
    };
  }
  return { waves: done, ...(await contract(of)) };
}

/** Nothing is removed while an alarm rings: what it tells of may be what has just been deployed. */
async function contract(of: RollOut): Promise<Omit<RolledOut, 'waves'>> {
  const { plan, account, accepted, tell } = of;
  const left = { contracts: plan.contracts.map(unasked), reason: null };
  if (!of.contract || plan.contracts.length === 0) return left;
  const before = await readAlarms(account, plan.alarms);
  const ringing = alarmsIn(before, 'ringing', accepted);
  if (ringing.length > 0)
    return {
      ...left,
      reason: `contract steps: these alarms ring before them: ${ringing.join(', ')}`,
    };
  tell(`contract steps: ${plan.contracts.map(({ region }) => region).join(', ')} are asked`);
  const contracts = await takeContractSteps(account, plan.contracts, async () => {
    tell(`contract steps: watching ${plan.alarms.length} alarms for ${plan.bakeMinutes} min`);
    const read = async (): Promise<Readings> => await readAlarms(account, plan.alarms);
    return await bake(read, before, accepted, { minutes: plan.bakeMinutes, clock: of.clock });
  });
  const stopped = contracts.find(({ reason }) => reason !== null);
  const reason = stopped && `contract steps, ${stopped.region}: ${stopped.reason}`;
  return { contracts, reason: reason ?? null };
}

interface WaveOutcome {
  readonly outcome: WaveReport['outcome'];
  readonly reason?: string;
}

async function deployWave(of: RollOut, wave: Wave): Promise<WaveOutcome> {
  const { plan, account, accepted, tell } = of;
  const read = async (): Promise<Readings> => await readAlarms(account, plan.alarms);
  const before = await read();
  const ringing = alarmsIn(before, 'ringing', accepted);
  if (ringing.length > 0) {
    return { outcome: 'stopped', reason: `these alarms ring before it: ${ringing.join(', ')}` };
  }
  tell(`wave ${wave.number} of ${plan.waves.length}, ${wave.region}: ${wave.stacks.join(', ')}`);
  const then = await timesOf(of, wave);
  try {
    await account.deploy(wave.stacks);
  } catch (error) {
    if (error instanceof CommandError) return { outcome: 'stopped', reason: error.message };
    throw error;
  }
  const now = await timesOf(of, wave);
  if ([...now].every(([name, time]) => then.get(name) === time)) return { outcome: 'unchanged' };
  tell(`wave ${wave.number}: watching ${plan.alarms.length} alarms for ${plan.bakeMinutes} min`);
  const reason = await bake(read, before, accepted, { minutes: plan.bakeMinutes, clock: of.clock });
  return reason === undefined ? { outcome: 'deployed' } : { outcome: 'stopped', reason };
}

async function timesOf(
  { account, assembly }: RollOut,
  { region, stacks }: Wave,
): Promise<Map<string, string>> {
  const names = stacks.flatMap((id) => assembly.stacks.get(id)?.name ?? []);
  return await account.changed(region, names);
}
