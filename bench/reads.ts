import type { Cost, Reads } from './fixtures/reads';
import { LONGEST_PUSH_MS, PUSH_LIMIT } from '../lambda/data/timelines';
import { buildBundles } from './private/build';
import { runFixture } from './private/fixture';
import type { Figure } from './private/report';

const TIMEOUT_MS = 900_000;
/** What framework, sessions, shards and contract may cost over the bare query. */
const TIMES = 1.5;

/** CPU of reads on the seed, server and database, against a prototype of the same query. */
export function measureReads(): Figure[] {
  buildBundles();
  const { routes, cached, fanOut } = runFixture('reads', {
    timeoutMs: TIMEOUT_MS,
  }) as Reads;
  const compared = Object.entries(routes).map(([route, { workload, prototype }]) => ({
    what: `read of ${route}, CPU over the prototype's`,
    value: sum(workload) / sum(prototype),
    limit: TIMES,
    unit: '×',
    basis: `(${told(workload)}) ÷ (${told(prototype)}) ms, server + PostgreSQL; middle of 5 rounds in turns`,
  }));
  return [
    ...compared,
    {
      what: 'anonymous read of /articles from the cache, CPU of the server',
      value: cached.server,
      limit: 0.05,
      unit: 'ms',
      basis: `PostgreSQL ${cached.database.toFixed(3)} ms; bare node:http ${cached.bare.toFixed(3)} ms`,
    },
    {
      what: `an article to the timelines of ${PUSH_LIMIT} followers, CPU`,
      value: fanOut * PUSH_LIMIT,
      limit: LONGEST_PUSH_MS,
      unit: 'ms',
      basis: `${(1_000 * fanOut).toFixed(1)} µs a follower, so that ${LONGEST_PUSH_MS} ms reach ${Math.floor(LONGEST_PUSH_MS / fanOut)}`,
    },
  ];
}

function sum({ server, database }: Cost): number {
  return server + database;
}

function told({ server, database }: Cost): string {
  return `${server.toFixed(2)} + ${database.toFixed(2)}`;
}
