import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import { openHome, readState } from '../../home';
import type { Line } from '../../link';
import type { LinkCall } from '../../operations';
import { isAlive } from '../../processes';
import type { NameOptions } from './down';

export interface LinkCommandOptions extends NameOptions {
  readonly between?: string;
  readonly traffic?: string;
  readonly latency?: number;
  readonly jitter?: number;
  readonly loss?: number;
  readonly bandwidth?: number | null;
  readonly cut?: true;
  readonly heal?: true;
  readonly reset?: true;
}

/** Longest wait for an answer, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * `twin link`: changes the network between Regions of a running twin, and shows how it is then.
 *
 * @throws CommandError (2) where there is no such twin, or what is asked for cannot be had
 */
export async function link(options: LinkCommandOptions, context: CommandContext): Promise<void> {
  const { name, json } = options;
  if (options.cut === true && options.heal === true) {
    throw new CommandError('--cut and --heal: only one of them', 2);
  }
  const state = readState(openHome(context.env, name).directory);
  const page = state !== undefined && isAlive(state.supervisor) ? state.console : undefined;
  if (page === undefined) {
    const remedy = `\`meridian twin up --name ${name}\``;
    throw new CommandError(`no twin "${name}" is running. Remedy: ${remedy}`, 2);
  }
  const lines = await ask(page, callOf(options), name);
  context.stdout.write(
    json === true
      ? `${JSON.stringify({ schemaVersion: 1, name, link: lines })}\n`
      : `${lines.map(words).join('\n')}\n`,
  );
}

/** What cannot be used is said by the twin, which knows its Regions. */
function callOf({ between, traffic, cut, heal, reset, ...values }: LinkCommandOptions): LinkCall {
  const { latency, jitter, loss, bandwidth } = values;
  return {
    call: 'link',
    ...(between !== undefined && { between: between.split(',') as unknown as [string, string] }),
    ...(traffic !== undefined && { traffic: traffic as NonNullable<LinkCall['traffic']> }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(jitter !== undefined && { jitterMs: jitter }),
    ...(loss !== undefined && { lossPercent: loss }),
    ...(bandwidth !== undefined && { megabitsPerSecond: bandwidth }),
    ...(cut === true && { cut }),
    ...(heal === true && { cut: false }),
    ...(reset === true && { reset }),
  };
}

async function ask(page: string, call: LinkCall, name: string): Promise<readonly Line[]> {
  const answer = await fetch(new URL('operations', page), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the twin "${name}" does not answer on ${page}: ${reason}`, 1);
  });
  const text = await answer.text();
  if (!answer.ok) throw new CommandError(text.trim(), 2);
  return JSON.parse(text) as readonly Line[];
}

function words(line: Line): string {
  const { between, traffic, latencyMs, jitterMs, lossPercent, megabitsPerSecond, cut } = line;
  const wide = megabitsPerSecond === null ? 'any width' : `${megabitsPerSecond} Mbit/s`;
  return [
    between.join(' – ').padEnd(34),
    `${latencyMs} ms`.padStart(8),
    `+ 0–${jitterMs} ms`.padEnd(12),
    `${Number(lossPercent.toFixed(3))} % lost`.padEnd(12),
    wide.padEnd(14),
    cut ? 'CUT ' : 'open',
    ` ${traffic.join(', ')}`,
  ].join(' ');
}
