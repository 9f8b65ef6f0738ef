import { join } from 'node:path';
import type { CarryOnDrill } from '../model';
import { authorsOfTwoShards, writers } from '../private/authors';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  failsNothingOver,
  losesNothing,
  measured,
} from '../private/carried-on';
import { Client } from '../private/client';
import { pause } from '../private/scene';
import { slowShard } from '../private/slow-shard';
import { regionOf } from '../private/world';

const WINDOW_MS = 8_000;
/** Of the hot author, each of whom writes again as soon as the pause is over. */
const HOT = 60;
const HOT_PAUSE_MS = 200;
/** They come within so long: all in one instant would be too much for the server, whatever the shard does. */
const HOT_ARRIVE_MS = 2_000;
/** Of the other author, and of both before and after. */
const FEW = { count: 3, pauseMs: 300 };
/** What it takes until the hot shard is as quick as before, in milliseconds. */
const RECOVERY_MS = 3_000;
const AFTER_MS = 4_000;
/** What a machine that does other work as well may take by itself. */
const QUICK_MS = 800;
const STILL_QUICK_MS = 2_000;
/** Beyond the share of before, which is what the machine's other work costs. */
const FEW_MORE = 0.05;

/**
 * One author of one shard gets more writes than the shard's database can take; somebody else's shard is
 * written by the same servers of the same Region.
 */
export const hotShard: CarryOnDrill = {
  flow: 'carry-on',
  name: 'hot-shard',
  summary: 'one shard gets more writes than its database can take, and another one does not notice',
  setup: {
    replicationDelayMs: 20,
    declaration: join(__dirname, '../declarations/two-shards.ts'),
  },
  load: { writesPerSecond: 5, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, run } = scene;
    const client = new Client(world, regionOf(world, hit));
    try {
      const [hot, cool] = await authorsOfTwoShards(scene, client);
      const few = { ...FEW, ms: WINDOW_MS };
      const calm = await writers(client, cool, { ...few, id: `${run}-calm` });
      const fault = scene.arm(await slowShard(scene, hot.shard));
      fault.strike();
      timeline.mark('fault', `${HOT} writers for ${hot.shard}, whose database is slow`);
      const many = { count: HOT, ms: WINDOW_MS, pauseMs: HOT_PAUSE_MS, arriveMs: HOT_ARRIVE_MS };
      const [seen, other] = await Promise.all([
        writers(client, hot, { ...many, id: `${run}-hot` }),
        writers(client, cool, { ...few, id: `${run}-cool` }),
      ]);
      fault.end();
      for (const [{ shard }, { acknowledged, reasons }] of [
        [hot, seen],
        [cool, other],
      ] as const)
        timeline.say('over', `${shard}: ${acknowledged} written; not: ${reasons || 'none'}`);
      await pause(RECOVERY_MS);
      const after = await writers(client, hot, { ...FEW, ms: AFTER_MS, id: `${run}-after` });
      return {
        ...{ hotAcknowledged: seen.acknowledged, hotRefused: seen.refused },
        ...{ hotFailed: seen.failed, hotP50Ms: seen.p50Ms },
        ...{ calmAcknowledged: calm.acknowledged, calmFailed: calm.failed + calm.refused },
        ...{ calmP50Ms: calm.p50Ms, calmP95Ms: calm.p95Ms },
        ...{ coolAcknowledged: other.acknowledged, coolFailed: other.failed + other.refused },
        ...{ coolP50Ms: other.p50Ms, coolP95Ms: other.p95Ms },
        ...{ afterAcknowledged: after.acknowledged, afterFailed: after.failed + after.refused },
        afterP50Ms: after.p50Ms,
      };
    } finally {
      client.close();
    }
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    failsNothingOver,
    measured('the fault is real: half of the hot shard’s writes take 0.3 s', 'hotP50Ms', {
      least: 300,
    }),
    measured('what is too much for it is refused', 'hotRefused', { least: 10 }),
    expectation(
      'with 503 and the time to come again, all but 2 %; and some of it is done',
      ({ measured: { hotAcknowledged = 0, hotRefused = 0, hotFailed = NaN } }) => [
        hotAcknowledged >= 10 && hotFailed <= 0.02 * (hotAcknowledged + hotRefused),
        `${hotAcknowledged} acknowledged, ${hotFailed} failed in another way`,
      ],
    ),
    expectation(
      'the other shard is written on: at most 5 % more of its writes fail than before',
      ({ measured: { coolAcknowledged = 0, coolFailed = NaN, calmAcknowledged = 0, ...rest } }) => {
        const { calmFailed = NaN } = rest;
        const before = calmFailed / (calmAcknowledged + calmFailed);
        const most = (before + FEW_MORE) * (coolAcknowledged + coolFailed);
        return [
          coolAcknowledged >= 15 && coolFailed <= most,
          `${coolAcknowledged} acknowledged, ${coolFailed} failed; ${calmFailed} before`,
        ];
      },
    ),
    ...(
      [
        ['half of them', 'P50Ms', QUICK_MS],
        ['95 % of them', 'P95Ms', STILL_QUICK_MS],
      ] as const
    ).map(([part, name, quickMs]) =>
      expectation(
        `as quickly as before: ${part} within ${quickMs / 1_000} s, or three times that of before`,
        ({ measured: { [`cool${name}`]: cool = NaN, [`calm${name}`]: calm = 0 } }) => [
          cool <= Math.max(quickMs, 3 * calm),
          `${cool} ms, ${calm} ms before`,
        ],
      ),
    ),
    expectation(
      '3 s after it the hot shard is as quick as the other one was, and refuses next to nothing',
      ({
        measured: { afterAcknowledged = 0, afterFailed = NaN, afterP50Ms = NaN, calmP50Ms = 0 },
      }) => [
        afterAcknowledged >= 10 &&
          afterFailed <= 1 &&
          afterP50Ms <= Math.max(QUICK_MS, 3 * calmP50Ms),
        `${afterP50Ms} ms, ${afterFailed} of ${afterFailed + afterAcknowledged} failed`,
      ],
    ),
  ],
};
