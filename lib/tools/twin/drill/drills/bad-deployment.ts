import type { CarryOnDrill, Measures } from '../model';
import { attemptsBetween, shareFailed } from '../private/attempts';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  losesNothing,
  measured,
} from '../private/carried-on';
import { isLedHome, leftByDns } from '../private/dns-left';
import { detectionSeconds } from '../private/ports';
import { ttlMs } from '../private/result';
import type { Scene } from '../private/scene';
import { pause } from '../private/scene';
import type { Versions } from '../private/versions';
import { deploy, versionsOf } from '../private/versions';

/** Load with the good version again, in milliseconds. */
const AFTER_MS = 3_000;
/** What processes that share this machine take beyond all configured times, in milliseconds. */
const MACHINERY_MS = 5_000;

/**
 * Two bad versions are rolled out to the servers of a Region that does not write. The first does not
 * start: the deployment's circuit breaker takes it back, and users notice nothing. The second lives and
 * has an error for every request, that for its readiness too, as where a credential is wrong: DNS leaves
 * the Region, and users come back when a person has rolled it back.
 */
export const badDeployment: CarryOnDrill = {
  flow: 'carry-on',
  name: 'bad-deployment',
  summary: 'a Region gets a version that does not start, then one that has an error for everything',
  setup: { replicationDelayMs: 50, strikes: 'another' },
  load: { writesPerSecond: 20, shareOfHome: 0.5 },
  act: async (scene) => {
    const versions = await versionsOf(scene.world, scene.struck);
    const crashed = await doesNotStart(scene, versions);
    return { ...crashed, ...(await failsEveryRequest(scene, versions)) };
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    measured('a version that does not start is taken back by itself', 'crashRolledBack', {
      least: 1,
    }),
    measured('nobody gets an error of it: at most 2 % of the attempts fail', 'crashShareFailed', {
      most: 0.02,
    }),
    measured('the fault is real: the other version fails users of its Region', 'attemptsFailed', {
      least: 5,
    }),
    expectation(
      'its errors end within detection, lifetime of DNS answers and 5 s of its roll-out',
      ({ measured: { lastErrorMs = NaN, detectionMs = 0, dnsMs = 0 } }) => [
        lastErrorMs <= detectionMs + dnsMs + MACHINERY_MS,
        `${lastErrorMs} ms; ${detectionMs} ms and ${dnsMs} ms`,
      ],
    ),
    measured('no other Region is affected: at most 2 % of the attempts fail', 'shareElsewhere', {
      most: 0.02,
    }),
    expectation('DNS leaves the Region and no other one', ({ leftByDns: left, hit }) => [
      left.length === 1 && left[0] === hit,
      left.join(', ') || 'none',
    ]),
    expectation(
      'nobody near another Region is without reads, and whoever writes stays',
      ({ reads, hit, home }) => {
        const out = Object.entries(reads).filter(
          ([name, { outMs }]) => name !== hit && outMs > 1_500,
        );
        const words = out.map(([name, { outMs }]) => `${name} for ${outMs} ms`).join(', ');
        return [out.length === 0 && home.after === home.before, words || `${home.after} writes`];
      },
    ),
    measured('DNS sends users back once the good version runs again', 'regionsLeftByDns', {
      most: 0,
    }),
    measured('who comes back gets no error: at most 2 % of the attempts', 'shareAfterReturn', {
      most: 0.02,
    }),
  ],
};

async function doesNotStart(scene: Scene, { crashing }: Versions): Promise<Measures> {
  const { world, struck, timeline } = scene;
  const all = world.regions.map(({ name }) => name);
  const began = performance.now();
  timeline.mark('fault', `${struck} gets a version that does not start`);
  const { rolledBack, failedServers } = await deploy(world, struck, crashing);
  const ended = performance.now();
  const words = rolledBack ? 'the circuit breaker took it back' : 'nobody took it back';
  timeline.say('rolled-back', `${words} after ${failedServers} servers that did not start`);
  return {
    crashRolledBack: Number(rolledBack),
    crashedServers: failedServers,
    crashRollBackMs: Math.round(ended - began),
    crashShareFailed: shareFailed(attemptsBetween(scene, all, began, ended)),
  };
}

async function failsEveryRequest(scene: Scene, { failing, good }: Versions): Promise<Measures> {
  const { world, struck, timeline } = scene;
  const detectionMs = (detectionSeconds(world, struck) * 1000) / world.parts.timeScale;
  const dnsMs = ttlMs(world, struck) / world.parts.timeScale;
  const others = world.regions.map(({ name }) => name).filter((name) => name !== struck);
  const began = performance.now();
  timeline.say('deploys', `${struck} gets a version that lives and has an error for everything`);
  await deploy(world, struck, failing);
  const out = performance.now();
  timeline.say('rolled-out', `every server and function of ${struck} runs it`);
  const left = await scene.until(2 * detectionMs, () => leftByDns(world, struck));
  timeline.say(left ? 'steered' : 'missing', left ? 'DNS leaves it' : 'DNS does not leave it');
  const steered = performance.now();
  await pause(dnsMs + AFTER_MS);
  const near = attemptsBetween(scene, [struck], began, performance.now());
  timeline.say('back-again', `a person rolls ${struck} back`);
  await deploy(world, struck, good);
  const isBack = () => isLedHome(world, struck);
  await scene.until(2 * detectionMs, isBack);
  const back = performance.now();
  timeline.say('returned', isBack() ? `DNS sends users to ${struck} again` : 'DNS does not');
  await pause(dnsMs + AFTER_MS);
  const end = performance.now();
  return {
    ...{ detectionMs, dnsMs, steeredAfterMs: Math.round(steered - out) },
    attemptsFailed: near.failed,
    lastErrorMs: Math.max(0, Math.round((near.lastFailed ?? out) - out)),
    shareElsewhere: shareFailed(attemptsBetween(scene, others, began, end)),
    shareAfterReturn: shareFailed(attemptsBetween(scene, [struck], back, end)),
    regionsLeftByDns: Number(!isBack()),
  };
}
