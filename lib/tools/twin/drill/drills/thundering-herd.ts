import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  losesNothing,
  measured,
  writerStays,
} from '../private/carried-on';
import { Client } from '../private/client';
import { crowd } from '../private/crowd';
import { isLedHome, leftByDns } from '../private/dns-left';
import { prepareFault } from '../private/faults';
import { databaseWork } from '../private/hot-reads';
import { detectionSeconds } from '../private/ports';
import { pause } from '../private/scene';
import { regionOf } from '../private/world';

const WINDOW_MS = 4_000;
/** Written while the Region was away: nothing there holds any of them. */
const ARTICLES = 8;
const READERS = 48;
const PAUSE_MS = 400;
/** Written so long ago that every Region has it, in milliseconds. */
const ARRIVED_MS = 1_500;
/** Of a read without contention on a busy machine, and beyond, in milliseconds. */
const QUICK_MS = 300;

/**
 * A Region that stood still comes back, and everybody near it at once, all of whom want the articles
 * that were written meanwhile: none of its caches holds them.
 */
export const thunderingHerd: CarryOnDrill = {
  flow: 'carry-on',
  name: 'thundering-herd',
  summary: 'a Region comes back, and everybody near it asks at once for what was written meanwhile',
  setup: { replicationDelayMs: 50, strikes: 'another' },
  load: { writesPerSecond: 10, shareOfHome: 0.2 },
  act: async (scene) => {
    const { world, struck, timeline, load } = scene;
    const client = new Client(world, regionOf(world, struck));
    try {
      const fault = scene.arm(await prepareFault(world, 'freeze', struck));
      const quiet = await databaseWork(scene, struck, () => pause(WINDOW_MS));
      const known = load.slugs.slice(-ARTICLES).map((slug) => `/api/articles/${slug}`);
      const few = { readers: 4, paths: known, ms: WINDOW_MS, pauseMs: PAUSE_MS, backsOff: true };
      const calm = await crowd(client, few);
      const before = load.slugs.length;
      fault.strike();
      timeline.mark('fault', `${struck} stands still`);
      const detectionMs = (detectionSeconds(world, struck) * 1000) / world.parts.timeScale;
      const left = await scene.until(2 * detectionMs, () => leftByDns(world, struck));
      timeline.say(left ? 'steered' : 'missing', left ? 'DNS leaves it' : 'DNS does not leave it');
      await scene.until(0, () => load.slugs.length >= before + ARTICLES);
      const paths = load.slugs.slice(before, before + ARTICLES).map((it) => `/api/articles/${it}`);
      await pause(ARRIVED_MS);
      fault.end();
      timeline.say('awake', `${struck} wakes up`);
      const isBack = () => isLedHome(world, struck);
      await scene.until(2 * detectionMs, isBack);
      timeline.say('returned', `${READERS} readers at once for ${ARTICLES} articles`);
      const many = { readers: READERS, paths, ms: WINDOW_MS, pauseMs: PAUSE_MS, backsOff: true };
      const fresh = new Client(world, regionOf(world, struck));
      const herd = await databaseWork(scene, struck, () => crowd(fresh, many));
      const after = await crowd(fresh, many);
      fresh.close();
      const beyond = Math.max(0, herd.transactionsPerSecond - quiet.transactionsPerSecond);
      return {
        ...{ awayByDns: Number(left), backByDns: Number(isBack()), freshArticles: paths.length },
        herdReads: herd.result.answered,
        herdRefused: herd.result.refused,
        herdFailed: herd.result.failed,
        herdMissing: herd.result.missing,
        allServedMs: herd.result.allServedMs,
        transactionsPerRead:
          Math.round((100 * beyond * herd.seconds) / Math.max(1, herd.result.answered)) / 100,
        ...{ p50CalmMs: calm.p50Ms, p50HerdMs: herd.result.p50Ms, p99HerdMs: herd.result.p99Ms },
        ...{ p50AfterMs: after.p50Ms, refusedAfter: after.refused, failedAfter: after.failed },
      };
    } finally {
      client.close();
    }
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    writerStays,
    expectation('DNS leaves the Region, no other one, and returns', (seen) => [
      seen.leftByDns.length === 1 &&
        seen.leftByDns[0] === seen.hit &&
        seen.measured['backByDns'] === 1,
      seen.leftByDns.join(', ') || 'none',
    ]),
    measured('the herd is real: it asks for what nobody there has read', 'freshArticles', {
      least: ARTICLES,
    }),
    measured('it is answered', 'herdReads', { least: 2 * READERS }),
    measured('nobody is told that what was written is not there', 'herdMissing', { most: 0 }),
    measured('everybody has a first answer within 4 s', 'allServedMs', { most: WINDOW_MS - 1 }),
    measured('nobody gets an error but "too much to do, come later"', 'herdFailed', { most: 0 }),
    measured(
      'the stampede is bounded: a read of the herd costs the databases less than one transaction',
      'transactionsPerRead',
      { most: 0.9 },
    ),
    expectation(
      'latency recovers: after 4 s a read takes 0.3 s, or three times what it took before',
      ({ measured: { p50AfterMs = NaN, p50CalmMs = 0 } }) => [
        p50AfterMs <= Math.max(QUICK_MS, 3 * p50CalmMs),
        `${p50AfterMs} ms, ${p50CalmMs} ms before`,
      ],
    ),
    measured('nobody is refused for long', 'failedAfter', { most: 0 }),
  ],
};
