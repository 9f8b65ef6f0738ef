import { randomBytes } from 'node:crypto';
import { Api } from './api';
import type { Case, Group } from './case';
import { Documentation } from './documented';
import { GROUPS } from './suite';

export interface CaseResult {
  readonly group: string;
  readonly part: Group['part'];
  readonly name: string;
  readonly passed: boolean;
  /** Why not. */
  readonly reason?: string;
  readonly ms: number;
}

export interface ConformanceReport {
  readonly schemaVersion: 1;
  readonly urls: readonly string[];
  readonly passed: boolean;
  readonly counts: { readonly passed: number; readonly failed: number };
  readonly cases: readonly CaseResult[];
}

export interface ConformOptions {
  /** Requests go to them in turn: servers of one Region. */
  readonly urls: readonly URL[];
  /** Cases at a time. */
  readonly concurrency: number;
  /** Leaves out what is no part of the public contract. */
  readonly contractOnly?: boolean;
  /** Of a request that is answered 503 with `Retry-After`. @default 8 */
  readonly attempts?: number;
  /** Leaves out what is not wanted, by name. @default all are */
  readonly isWanted?: (name: string) => boolean;
  readonly onResult?: (result: CaseResult, done: number, of: number) => void;
}

/** Of this workload: another backend's is its own. */
const documentation = new Documentation();

/** Runs every case; an expectation that is not met is a finding, never an exception. */
export async function conform(options: ConformOptions): Promise<ConformanceReport> {
  const { urls, concurrency, contractOnly = false, isWanted = () => true, onResult } = options;
  const queue = GROUPS.filter(({ part }) => part === 'contract' || !contractOnly).flatMap((group) =>
    group.cases.filter(({ name }) => isWanted(name)).map((one) => ({ group, one })),
  );
  const results: CaseResult[] = new Array<CaseResult>(queue.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (let index = next++; index < queue.length; index = next++) {
      const { group, one } = queue[index]!;
      const result = await run(options, group, one);
      results[index] = result;
      done += 1;
      onResult?.(result, done, queue.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const failed = results.filter(({ passed }) => !passed).length;
  return {
    schemaVersion: 1,
    urls: urls.map(String),
    passed: failed === 0,
    counts: { passed: results.length - failed, failed },
    cases: results,
  };
}

async function run(
  { urls, attempts, contractOnly = false }: ConformOptions,
  group: Group,
  { name, run }: Case,
): Promise<CaseResult> {
  const started = Date.now();
  const said = { group: group.name, part: group.part, name };
  const mark = randomBytes(4).toString('hex');
  const api = new Api(urls, mark, attempts, contractOnly ? undefined : documentation);
  try {
    await run(api);
    return { ...said, passed: true, ms: Date.now() - started };
  } catch (error) {
    return { ...said, passed: false, reason: reasonOf(error, api), ms: Date.now() - started };
  }
}

function reasonOf(error: unknown, { lastAnswer }: Api): string {
  if (!(error instanceof Error)) return String(error);
  // A case reads answers without ceremony: what is not there shows in the next step.
  if (error instanceof TypeError)
    return `${lastAnswer}: not what the contract says (${error.message})`;
  return error.message;
}
