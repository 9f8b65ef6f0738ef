import type { Limited } from './fixtures/limited';
import { buildBundles } from './private/build';
import { runFixture } from './private/fixture';
import type { Figure } from './private/report';

const TIMEOUT_MS = 480_000;
const ROUNDS = 'mean of 3 rounds in turns';
const LIMITS: Readonly<Record<keyof Limited, string>> = {
  database: 'its database, late with each answer, allows',
  processor: 'a fifth of a core allows',
  fresh: 'a fifth of a core allows, each by a connection of its own',
};
/** Load balancers of ours keep their connections to servers: see ADR 0064. */
const HELD = new Set<keyof Limited>(['database', 'processor']);

/**
 * Reads of one server that is held back, so that the load of clients on the same machine is truly three
 * times what it can bear: what is left of its best rate, and how it is right after.
 */
export function measureLimited(): Figure[] {
  buildBundles();
  const measured = runFixture('limited', { timeoutMs: TIMEOUT_MS }) as Limited;
  return (Object.keys(LIMITS) as (keyof Limited)[]).flatMap((by) => {
    const { peak, over, later, part } = measured[by];
    return [
      {
        what: `reads lost of the best rate at three times what ${LIMITS[by]}`,
        value: Math.max(0, 100 * (1 - over.good / peak.good)),
        limit: HELD.has(by) ? 10 : undefined,
        unit: '%',
        basis: `${told(over.good)} answered within 1 s of ${told(over.attempts)} a second, ${told(over.refused)} refused, ${told(over.failed)} without an answer; best ${told(peak.good)}; ${ROUNDS}; the server had ${told(100 * part)} % of a core`,
      },
      {
        what: `reads missing of half the best rate, right after three times what ${LIMITS[by]}`,
        value: Math.max(0, 100 * (1 - later.good / later.attempts)),
        limit: 5,
        unit: '%',
        basis: `${told(later.good)} of ${told(later.attempts)} a second, over 4 s from the last of the great load on`,
      },
    ];
  });
}

function told(value: number): string {
  return value.toFixed(0);
}
