import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../../command';
import { openHome, readState } from '../../../twin/home';
import type { Call, DeskFacts } from '../../../twin/operations';
import type { Member } from '../../failover';
import type { Estate, Queues } from '../model';
import { ControlTable, controlOf } from './control';

/** Longest wait for an answer; a handover waits for a database to end and start again. */
const ANSWER_MS = 10_000;
const PROMOTION_MS = 90_000;
/** The stand-in of DynamoDB asks for credentials and does not look at them. */
const CREDENTIALS = { accessKeyId: 'twin', secretAccessKey: 'twin' };

/** A running twin. @throws CommandError (2) where there is none, or none that can be operated */
export async function twinEstate(name: string, env: Readonly<NodeJS.ProcessEnv>): Promise<Estate> {
  const { console: page } = readState(openHome(env, name).directory) ?? {};
  if (page === undefined) {
    throw new CommandError(
      `no twin "${name}" is running. Remedy: \`meridian twin up --name ${name}\``,
      2,
    );
  }
  const ask = asking(new URL('operations', page));
  const facts = (await ask({ call: 'facts' }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the twin "${name}" cannot be operated: ${reason}`, 2);
  })) as DeskFacts;
  const { address, port } = facts.control;
  const endpoint = `http://${address}:${port}`;
  const replica = { region: 'local', endpoint, credentials: CREDENTIALS };
  const table = new ControlTable([replica], facts.topologyTable);
  return {
    of: { kind: 'twin', name },
    regions: facts.regions,
    stores: facts.stores,
    borneLosses: 1,
    leaseMs: facts.leaseMs,
    control: controlOf(table),
    databases: {
      survey: async (shard) => {
        const members = (await ask({ call: 'survey', shard })) as readonly SentMember[];
        return members.map((it) => ({ ...it, position: BigInt(it.position) }));
      },
      promote: async (shard, region, how) => {
        await ask({ call: 'promote', shard, region, how }, PROMOTION_MS);
      },
    },
    fencer: {
      close: (shard, region, epoch) =>
        ask({ call: 'close', shard, region, epoch }).then(
          (answer) => answer === true,
          () => false,
        ),
    },
    switches: {
      isDrained: async (region) => (await ask({ call: 'drained', region })) === true,
      drain: async (region) => {
        await ask({ call: 'drain', region });
      },
      restore: async (region) => {
        await ask({ call: 'restore', region });
      },
    },
    queues: async (region) => (await ask({ call: 'queues', region })) as Queues,
    answers: async (region) => (await ask({ call: 'answers', region })) === true,
    clock: { now: () => performance.now(), sleep: (ms) => sleep(ms) },
    close: () => {
      table.close();
    },
  };
}

type SentMember = Omit<Member, 'position'> & { readonly position: string };

function asking(url: URL): (call: Call, timeoutMs?: number) => Promise<unknown> {
  return async (call, timeoutMs = ANSWER_MS) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text.trim());
    return JSON.parse(text) as unknown;
  };
}
