import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { peakRequestsPerSecond, poolsOf } from '../../config';
import type { Deployment } from '../../config';
import { CommandError } from '../command';
import type { Acknowledgement, Intent, ParityException } from './model';

/** What a declaration says about its templates. */
export function intentOf(deployment: Deployment): Intent {
  const pools = poolsOf(deployment);
  return {
    objectives: deployment.objectives,
    peakRequestsPerSecond: peakRequestsPerSecond(deployment.demand),
    ...(pools !== undefined && { pools }),
    production: deployment.protection === 'production',
    acknowledgements: deployment.review.acknowledge,
    parityExceptions: [...partialStores(deployment), ...deployment.review.differences],
  };
}

/** What follows from stores that a declaration puts into some of its Regions only. */
function partialStores({ stores, regions }: Deployment): readonly ParityException[] {
  const partial = stores.filter((store) => store.regions.length < regions.length);
  if (partial.length === 0) return [];
  const names = partial.map(({ name }) => name).join(', ');
  const reason = `the declaration puts the stores ${names} into some Regions only`;
  return [
    'Custom::MeridianMigration',
    'AWS::IAM::Policy RunnerCodePolicy*',
    ...partial.map(({ name }) => `AWS::CloudWatch::Alarm Watch*${name}*`),
  ].map((role) => ({ role, reason }));
}

/** Finds every fault of an intent file: path, what was found, what is allowed. */
class Checked {
  public readonly faults: string[] = [];

  public fault(path: string, value: unknown, allowed: string): void {
    this.faults.push(
      `  ${path}: found ${value === undefined ? 'nothing' : JSON.stringify(value)}; allowed: ${allowed}`,
    );
  }

  public object(path: string, value: unknown, names: readonly string[]): Record<string, unknown> {
    if (value === undefined) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(path, value, `an object with ${names.join(', ')}`);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!names.includes(name)) this.fault(`${path}.${name}`, name, names.join(', '));
    }
    return value as Record<string, unknown>;
  }

  public positive(path: string, value: unknown): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
    this.fault(path, value, 'a number above 0');
    return undefined;
  }

  public list<T>(path: string, value: unknown, read: (path: string, item: unknown) => T): T[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.fault(path, value, 'a list');
      return [];
    }
    return value.map((item, index) => read(`${path}[${index}]`, item));
  }

  public text(path: string, value: unknown, pattern = /./, allowed = 'text'): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.fault(path, value, allowed);
    return '';
  }
}

/**
 * Reads the intent of an application that has no declaration.
 * @throws CommandError with every fault of the file
 */
export function readIntent(file: string, cwd: string): Intent {
  const path = resolve(cwd, file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`${path} cannot be read as an intent: ${(error as Error).message}`, 2);
  }
  const checked = new Checked();
  const intent = readChecked(checked, value);
  if (checked.faults.length === 0) return intent;
  throw new CommandError([`${path} has faults:`, ...checked.faults].join('\n'), 2);
}

function readChecked(checked: Checked, value: unknown): Intent {
  const root = checked.object('intent', value ?? null, [
    'objectives',
    'peakRequestsPerSecond',
    'production',
    'acknowledge',
    'differences',
  ]);
  const { objectives, production } = root;
  const clocks = checked.object('objectives', objectives, [
    'rtoSeconds',
    'rpoSeconds',
    'decisionSeconds',
    'promotionSeconds',
  ]);
  const decisionSeconds = checked.positive('objectives.decisionSeconds', clocks['decisionSeconds']);
  const promotionSeconds = checked.positive(
    'objectives.promotionSeconds',
    clocks['promotionSeconds'],
  );
  const rtoSeconds = checked.positive('objectives.rtoSeconds', clocks['rtoSeconds']);
  const rpoSeconds = checked.positive('objectives.rpoSeconds', clocks['rpoSeconds']);
  if (objectives !== undefined && (rtoSeconds === undefined || rpoSeconds === undefined)) {
    checked.fault('objectives', objectives, 'both rtoSeconds and rpoSeconds');
  }
  if (production !== undefined && typeof production !== 'boolean') {
    checked.fault('production', production, 'true or false');
  }
  const peak = checked.positive('peakRequestsPerSecond', root['peakRequestsPerSecond']);
  return {
    ...(rtoSeconds !== undefined &&
      rpoSeconds !== undefined && {
        objectives: {
          ...{ rtoSeconds, rpoSeconds },
          ...(decisionSeconds !== undefined && { decisionSeconds }),
          ...(promotionSeconds !== undefined && { promotionSeconds }),
        },
      }),
    ...(peak !== undefined && { peakRequestsPerSecond: peak }),
    ...(typeof production === 'boolean' && { production }),
    acknowledgements: checked.list('acknowledge', root['acknowledge'], (path, item) =>
      acknowledgement(checked, path, item),
    ),
    parityExceptions: checked.list('differences', root['differences'], (path, item) =>
      difference(checked, path, item),
    ),
  };
}

function acknowledgement(checked: Checked, path: string, item: unknown): Acknowledgement {
  const it = checked.object(path, item ?? null, ['rule', 'resource', 'reason', 'expires']);
  const { resource } = it;
  return {
    rule: checked.text(`${path}.rule`, it['rule'], /^[a-z0-9-]+$/, 'a rule id'),
    ...(resource !== undefined && { resource: checked.text(`${path}.resource`, resource) }),
    reason: checked.text(`${path}.reason`, it['reason'], /\S{3}/, 'why it is accepted'),
    expires: checked.text(
      `${path}.expires`,
      it['expires'],
      /^\d{4}-\d\d-\d\d$/,
      'a day, YYYY-MM-DD',
    ),
  };
}

function difference(checked: Checked, path: string, item: unknown): ParityException {
  const it = checked.object(path, item ?? null, ['role', 'reason']);
  return {
    role: checked.text(`${path}.role`, it['role']),
    reason: checked.text(`${path}.reason`, it['reason'], /\S{3}/, 'why the Regions differ'),
  };
}
