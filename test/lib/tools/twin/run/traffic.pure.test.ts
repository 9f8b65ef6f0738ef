import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TrafficCounter } from '../../../../../lib/tools/twin/gateway/private/traffic';
import { rate } from '../../../../../lib/tools/twin/run/private/traffic';

const counted = (method: string, statusCode: number, agent = 'curl', writableFinished = true) => {
  const counter = new TrafficCounter();
  const response = Object.assign(new EventEmitter(), { statusCode, writableFinished });
  const request = { method, headers: { 'user-agent': agent } } as unknown as IncomingMessage;
  counter.watch(request, response as unknown as ServerResponse);
  response.emit('close');
  const { requests, writes, failed } = counter.value;
  return [requests, writes, failed];
};

it.each<[string, Parameters<typeof counted>, readonly number[]]>([
  ['a read', ['GET', 200], [1, 0, 0]],
  ['a refused write, which is an answer', ['POST', 422], [1, 1, 0]],
  ['a write that failed', ['DELETE', 503], [1, 1, 1]],
  ['an answer that was cut off', ['GET', 200, 'curl', false], [1, 0, 1]],
  ['no health check', ['GET', 200, 'meridian-twin-health-check'], [0, 0, 0]],
  ['no health check of a load balancer', ['GET', 200, 'ELB-HealthChecker/2.0'], [0, 0, 0]],
])('counts %s', (_what, [...args], expected) => {
  expect(counted(...args)).toEqual(expected);
});

it('makes rates of two counts, by the time between them', () => {
  const before = {
    at: 1_000,
    count: { requests: 10, writes: 4, failed: 0, timed: 8, tookMs: 100 },
  };
  const now = { at: 3_000, count: { requests: 35, writes: 5, failed: 3, timed: 28, tookMs: 350 } };
  expect(rate(before, now)).toEqual({
    requestsPerSecond: 12.5,
    writesPerSecond: 0.5,
    failedPerSecond: 1.5,
    meanMs: 12.5,
  });
  expect(rate(now, { ...now, at: 4_000 }).meanMs).toBeNull();
});

it('times answers that end by themselves, not those that wait for what happens', () => {
  const counter = new TrafficCounter();
  for (const url of ['/api/articles', '/api/stream', '/api/stream/poll?after=x']) {
    const response = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true });
    const request = { method: 'GET', url, headers: {} } as unknown as IncomingMessage;
    counter.watch(request, response as unknown as ServerResponse);
    response.emit('close');
  }
  expect(counter.value).toMatchObject({ requests: 3, timed: 1 });
  expect(counter.value.tookMs).toBeGreaterThan(0);
});
