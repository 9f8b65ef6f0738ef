import { Admission, type Place, type Priority } from '../../../lambda/platform/admission';

const OPTIONS = { least: 4, most: 64, start: 10, targetMs: 200 };

function admissionAt() {
  const clock = { ms: 0 };
  return { clock, admission: new Admission({ ...OPTIONS, now: () => clock.ms }) };
}

function fill(admission: Admission, priority: Priority): Place[] {
  const places: Place[] = [];
  for (let place = admission.enter(priority); place; place = admission.enter(priority))
    places.push(place);
  return places;
}

test('feeds are refused first, then reads, then writes', () => {
  const { admission } = admissionAt();
  expect(fill(admission, 'refresh')).toHaveLength(6);
  expect(admission.enter('refresh')).toBeUndefined();
  expect(fill(admission, 'read')).toHaveLength(2);
  expect(admission.enter('read')).toBeUndefined();
  expect(fill(admission, 'write')).toHaveLength(2);
  expect(admission.enter('write')).toBeUndefined();
});

test('what has ended makes room, once', () => {
  const { admission } = admissionAt();
  const [first] = fill(admission, 'write');
  first?.leave();
  first?.leave();
  expect(fill(admission, 'write')).toHaveLength(1);
});

test('the limit falls while requests are slow, and not below its bound', () => {
  const { admission, clock } = admissionAt();
  for (let round = 0; round < 30; round += 1) {
    const places = fill(admission, 'write');
    clock.ms += 300;
    for (const place of places) place.leave();
  }
  expect(admission.limit).toBe(OPTIONS.least);
});

test('it rises while requests are quick and use it, and not beyond its bound', () => {
  const { admission, clock } = admissionAt();
  for (let round = 0; round < 200; round += 1) {
    const places = fill(admission, 'write');
    clock.ms += 120;
    for (const place of places) place.leave();
  }
  expect(admission.limit).toBe(OPTIONS.most);
});

test('it falls where what was asked refuses, once in a window however often that is said', () => {
  const { admission, clock } = admissionAt();
  clock.ms += 150;
  for (let n = 0; n < 10; n += 1) admission.refused();
  expect(admission.limit).toBe(8);
  clock.ms += 150;
  admission.refused();
  expect(admission.limit).toBe(7);
});

test('it stays where few requests say nothing of what could be borne', () => {
  const { admission, clock } = admissionAt();
  for (let round = 0; round < 200; round += 1) {
    const place = admission.enter('write');
    clock.ms += 60;
    place?.leave();
  }
  expect(admission.limit).toBe(OPTIONS.start);
});

/**
 * A server that works on one request at a time, 10 ms each: 100 a second, whatever comes. Clients give up
 * what takes a second.
 */
function goodput(offeredPerSecond: number, limited: boolean): number {
  const clock = { ms: 0 };
  const admission = new Admission({ ...OPTIONS, start: 32, now: () => clock.ms });
  const queue: { readonly since: number; readonly place?: Place }[] = [];
  let good = 0;
  let due = 0;
  const SECONDS = 60;
  for (clock.ms = 0; clock.ms < 1_000 * SECONDS; clock.ms += 10) {
    const since = clock.ms;
    for (due += offeredPerSecond / 100; due >= 1; due -= 1) {
      const place = admission.enter('write');
      if (!limited) queue.push({ since });
      else if (place !== undefined) queue.push({ since, place });
    }
    const done = queue.shift();
    if (done === undefined) continue;
    done.place?.leave();
    if (clock.ms - done.since < 1_000) good += 1;
  }
  return good / SECONDS;
}

test('at three times what a server can bear it does as much as at its best; without limit next to nothing', () => {
  const best = goodput(99, true);
  expect(best).toBeGreaterThan(95);
  expect(goodput(300, true)).toBeGreaterThan(0.95 * best);
  expect(goodput(300, false)).toBeLessThan(0.1 * best);
});

test('what is waited for apart leaves the place to others, and says nothing of this process', async () => {
  const { admission, clock } = admissionAt();
  for (let round = 0; round < 30; round += 1) {
    const places = fill(admission, 'write');
    const waits = places.map((place) =>
      place.apart(async () => {
        await Promise.resolve();
        clock.ms += 1_000;
      }),
    );
    expect(admission.inFlight).toBe(0);
    await Promise.all(waits);
    expect(admission.inFlight).toBe(places.length);
    for (const place of places) place.leave();
  }
  expect(admission.limit).toBeGreaterThanOrEqual(OPTIONS.start);
});

test('a place is left once, also by a request that waits for several others at once', async () => {
  const { admission, clock } = admissionAt();
  const place = admission.enter('write');
  const wait = async (turns: number) => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    clock.ms += 10;
  };
  const both = Promise.all([place?.apart(() => wait(2)), place?.apart(() => wait(9))]);
  expect(admission.inFlight).toBe(0);
  place?.leave();
  await both;
  place?.leave();
  expect(admission.inFlight).toBe(0);
});

describe('where the processor is what all wait for', () => {
  function busyAdmission() {
    const [clock, processor] = [{ ms: 0 }, { isBusy: true }];
    const admission = new Admission({ ...OPTIONS, processor, now: () => clock.ms });
    return { clock, processor, admission };
  }

  const forEver = () => new Promise<never>(() => undefined);

  /** All that are let in, each waiting apart. */
  function fillApart(admission: Admission, most: number): Place[] {
    const places: Place[] = [];
    while (places.length < most) {
      const place = admission.enter('read');
      if (place === undefined) break;
      void place.apart(forEver);
      places.push(place);
    }
    return places;
  }

  test('what waits apart is counted, and only then', () => {
    const { admission, processor } = busyAdmission();
    const apart = fillApart(admission, 1_000);
    expect(apart.length).toBeLessThan(50);
    expect([admission.inFlight, admission.hasRoom('read'), admission.hasRoom('write')]).toEqual([
      0,
      false,
      true,
    ]);
    processor.isBusy = false;
    expect(fillApart(admission, 1_000)).toHaveLength(1_000);
  });

  test('what has left makes room', () => {
    const { admission } = busyAdmission();
    const [first] = fillApart(admission, 1_000);
    first?.leave();
    expect(fillApart(admission, 1_000)).toHaveLength(1);
  });

  /** Rounds in which all that were let in leave; the first of them after `quickMs`, the others after `slowMs`. */
  function placesAfter(quickMs: number, slowMs: number): number {
    const { admission, clock } = busyAdmission();
    let count = 0;
    for (let round = 0; round < 40; round += 1) {
      const [first, ...others] = fillApart(admission, 1_000);
      count = others.length + 1;
      clock.ms += quickMs;
      first?.leave();
      clock.ms += slowMs - quickMs;
      for (const place of others) place.leave();
    }
    return count;
  }

  test('fewer are let in where even the quickest takes too long, not where some wait for a slow shard', () => {
    expect(placesAfter(900, 1_000)).toBeLessThan(10);
    expect(placesAfter(20, 1_000)).toBeGreaterThan(30);
  });
});
