import type { Assembly, AssemblyResource } from '../../assembly';
import { isJsonObject } from '../../assembly';
import type { Account, ContractReport, MigrationFunction } from './model';

/**
 * Functions that take the contract steps of their Region's databases, in the order of the stacks: from
 * the token of `Custom::MeridianMigration` to the framework's function, and from there, by the
 * framework's own variable, to the one that migrates.
 */
export function migrationFunctions(assembly: Assembly): readonly MigrationFunction[] {
  return assembly.resources({ type: 'Custom::MeridianMigration' }).flatMap((migration) => {
    const asked = targetOf(assembly, migration, migration.properties['ServiceToken']);
    if (asked === undefined) return [];
    const behind = targetOf(assembly, asked, onEvent(asked)) ?? asked;
    const name = assembly.resolve(behind.properties['FunctionName'], behind);
    if (name.kind !== 'known' || typeof name.value !== 'string') return [];
    return [{ region: behind.stack.region, name: name.value }];
  });
}

function targetOf(
  assembly: Assembly,
  at: AssemblyResource,
  value: unknown,
): AssemblyResource | undefined {
  const target = assembly.resolve(value, at);
  return target.kind === 'symbol' ? assembly.resource(target.symbol.resource) : undefined;
}

function onEvent({ properties }: AssemblyResource): unknown {
  const { Environment: environment } = properties;
  const variables = isJsonObject(environment) ? environment['Variables'] : undefined;
  return isJsonObject(variables) ? variables['USER_ON_EVENT_FUNCTION_ARN'] : undefined;
}

/**
 * Asks one Region after another for the steps that waited until every Region runs code that knows them.
 * Whether they still have to wait the function decides, by what the Regions say that they run.
 *
 * @param watch after steps that were taken: why to go no further, undefined where nothing speaks against it
 * @returns what each did; those behind one that failed or rang are not asked
 */
export async function takeContractSteps(
  account: Pick<Account, 'contract'>,
  functions: readonly MigrationFunction[],
  watch: () => Promise<string | undefined>,
): Promise<readonly ContractReport[]> {
  const reports: ContractReport[] = [];
  for (const [at, it] of functions.entries()) {
    const report = await ask(account, it, watch);
    reports.push(report);
    if (report.reason === null) continue;
    return [...reports, ...functions.slice(at + 1).map((left) => unasked(left))];
  }
  return reports;
}

export function unasked(it: MigrationFunction): ContractReport {
  return { ...it, outcome: 'unasked', applied: [], held: [], reason: null };
}

async function ask(
  account: Pick<Account, 'contract'>,
  it: MigrationFunction,
  watch: () => Promise<string | undefined>,
): Promise<ContractReport> {
  const reply = await account.contract(it.region, it.name).catch((error: unknown) => ({
    reason: error instanceof Error ? error.message : String(error),
  }));
  if ('reason' in reply)
    return { ...it, outcome: 'failed', applied: [], held: [], reason: reply.reason };
  const { applied, held } = reply;
  if (applied.length > 0)
    return { ...it, outcome: 'taken', applied, held, reason: (await watch()) ?? null };
  const outcome = held.length === 0 ? 'nothing' : 'waits';
  return { ...it, outcome, applied, held, reason: null };
}
