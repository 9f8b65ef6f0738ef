import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../../../../lib/tools/twin/run';
import { launchBrowser } from '../../../../support/browser';
import { TestTwin } from '../../../../support/twin';

/** The page of a real twin in a real browser; tests build on one another in their order. */
jest.setTimeout(180_000);

const DECLARATION = join(resolve(__dirname, '../../../../fixtures'), 'greeter/declaration.mjs');
const twin = new TestTwin();
let browser: Browser;
let report: Report;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  report = await twin.start(DECLARATION, '--time-scale', '50');
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(report.console);
  await page.locator('article').first().waitFor();
});
afterAll(async () => {
  await browser.close();
  expect(await twin.stop()).toEqual([]);
});

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const card = (city: string) => page.locator('article', { hasText: city });

test('it shows the Regions, who writes, and where DNS sends users', async () => {
  expect(await page.locator('h3').allTextContents()).toEqual(['Dublin', 'Oregon']);
  expect(await page.locator('#summary').textContent()).toBe(
    '2 Regions, all in traffic · written in Dublin · checks 50 times as fast',
  );
  expect(await card('Dublin').locator('.badge').allTextContents()).toEqual(['Healthy', 'Writes']);
  expect(await card('Oregon').locator('dd').allTextContents()).toContainEqual(
    expect.stringMatching(/:\d+ · .* behind$/),
  );
  expect(await card('Oregon').locator('dd').allTextContents()).toContain(
    'every 10 s, 3 failures in a row turn it · here every 200 ms',
  );
  expect(await page.locator('#vantages tr', { hasText: 'London' }).textContent()).toContain(
    'Dublin (eu-west-1)',
  );
});

test('a map shows the Regions, who writes, and the way of users in each city', async () => {
  const map = page.locator('#map svg');
  await map.waitFor();
  expect(await map.locator('.region text:first-of-type').allTextContents()).toEqual([
    'Dublin',
    'Oregon',
  ]);
  expect(await map.locator('.region', { hasText: 'Dublin' }).textContent()).toContain('writes');
  expect(await map.locator('.city title').allTextContents()).toContain('London: Dublin');
  expect(await map.locator('.way').count()).toBe(await map.locator('.city').count());
  expect(await page.locator('#map-words').textContent()).toMatch(/Dublin → Oregon: .+ behind/);
});

test('the words of near Regions do not lie on one another, nor beyond the map', async () => {
  const places = [
    // As N. Virginia and Ohio, Montreal, and one at each edge.
    ...[
      { x: 300, y: 150 },
      { x: 285, y: 146 },
      { x: 305, y: 130 },
    ],
    ...[
      { x: 990, y: 250 },
      { x: 8, y: 490 },
    ],
  ];
  const size = { width: 1000, height: 500 };
  // As text: compiled, `import` would not be the browser's.
  const found: readonly Box[] = await page.evaluate(`import('/labels.mjs').then((it) =>
    it.labels(${JSON.stringify(places)}, ${JSON.stringify(size)}).map(({ x, y, anchor }) => {
      const left = anchor === 'start' ? x : x - it.WORDS.width;
      const top = y - 13;
      return { left, right: left + it.WORDS.width, top, bottom: top + it.WORDS.height };
    }))`);
  for (const [at, one] of found.entries()) {
    expect(Math.min(one.left, one.top, 1000 - one.right, 500 - one.bottom)).toBeGreaterThanOrEqual(
      0,
    );
    for (const other of found.slice(at + 1)) {
      const apart = one.right <= other.left || other.right <= one.left;
      expect(apart || one.bottom <= other.top || other.bottom <= one.top).toBe(true);
    }
  }
});

test('the map tells rate, time and failures of what a Region answers', async () => {
  const url = new URL('/api/greeting', report.regions['eu-west-1']!.url);
  const load = setInterval(() => void fetch(url).catch(() => undefined), 50);
  try {
    const mark = page.locator('#map .region', { hasText: 'Dublin' });
    await mark.getByText(/writes · [\d.]+\/s · \d+ ms/).waitFor();
    await page
      .locator('dd', { hasText: /requests\/s.* ms on average/ })
      .first()
      .waitFor();
    expect(await mark.locator('.failed').count()).toBe(0);
  } finally {
    clearInterval(load);
  }
});

test('the keyboard asks what users in a city would see, and is told each hop', async () => {
  await page.locator('#city').selectOption('Tokyo');
  await page.locator('#look-button').focus();
  await page.keyboard.press('Enter');
  const hops = page.locator('#view li');
  await hops.first().waitFor();
  const told = await hops.allTextContents();
  expect(told).toHaveLength(4);
  expect(told[0]).toMatch(/^GeoDNS: .+ for 203\.0\.113\.0\/24 → us-west-2 \(.+ ms measured\)$/);
  expect(told[1]).toMatch(/^Tokyo to us-west-2 and back → \d{4} km \(\d{2,3} ms by distance\)$/);
  expect(told[2]).toMatch(/^Oregon answers GET .+ → 200.* \(.+ ms measured\)$/);
  expect(told[3]).toMatch(/^A write goes on to → eu-west-1 \(\d{2,3} ms by distance\)$/);
});

test('it shows traffic as it comes, without a reload', async () => {
  const url = new URL('/api/greeting', report.regions['us-west-2']!.url);
  const traffic = setInterval(() => void fetch(url).catch(() => undefined), 20);
  try {
    await card('Oregon')
      .locator('dd', { hasText: /^[1-9]\d*(\.\d)? requests\/s/ })
      .waitFor({ timeout: 10_000 });
  } finally {
    clearInterval(traffic);
  }
});

test.each(['light', 'dark'] as const)('its text can be read on %s ground', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  const lowest = await page.evaluate(contrast);
  await page.emulateMedia({ colorScheme: null });
  // WCAG 2.2, success criterion 1.4.3.
  expect(lowest).toBeGreaterThanOrEqual(4.5);
});

test('on a narrow screen nothing but tables is wider than it', async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(width).toBe(400);
});

test('the keyboard reaches every link, the list of events and the table', async () => {
  const reached = new Set<string>();
  await page.locator('body').click({ position: { x: 1, y: 1 } });
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const { activeElement: at } = document;
      return at?.id || at?.getAttribute('href') || at?.getAttribute('aria-label') || '';
    });
    reached.add(name);
  }
  const links = Object.values(report.regions).map(({ url }) => url);
  expect([...reached]).toEqual(expect.arrayContaining([...links, 'timeline', 'Answers of DNS']));
});

test('a table tells who writes each shard, and how far its copies and readers are behind', async () => {
  const rows = page.locator('#writers tr');
  expect(await page.locator('#writers-head th').allTextContents()).toEqual([
    ...['Shard', 'Dublin', 'Oregon'],
  ]);
  expect(await rows.count()).toBe(1);
  expect(await rows.first().locator('td').allTextContents()).toEqual([
    expect.stringMatching(/^Writes .*reader .* behind$/),
    expect.stringMatching(/ behind .*reader .* behind$/),
  ]);
});

test('the keyboard changes the line between two Regions, and the table tells how it is', async () => {
  const line = page.locator('#link-lines tr', { hasText: 'Dublin – Oregon' }).first();
  await page.locator('#link-pair').selectOption({ label: 'Dublin – Oregon' });
  for (const [id, value] of Object.entries({ latency: '7', jitter: '3', loss: '1.5', width: '50' }))
    await page.locator(`#link-${id}`).fill(value);
  await page.keyboard.press('Enter');
  await line.filter({ hasText: '7 ms + 0–3 ms' }).filter({ hasText: '1.5 %' }).waitFor();
  await line.filter({ hasText: '50 Mbit/s' }).filter({ hasText: 'Open' }).waitFor();
  await page.locator('#link-cut').focus();
  await page.keyboard.press('Enter');
  await line.filter({ hasText: 'Cut' }).waitFor();
  expect(await page.locator('#link-pair').inputValue()).toBe('eu-west-1 us-west-2');
  await page.locator('#link-reset').focus();
  await page.keyboard.press('Enter');
  await line.filter({ hasText: 'no limit' }).filter({ hasText: 'Open' }).waitFor();
  // More than the twin can do: the browser says so, and nothing is sent.
  await page.locator('#link-loss').fill('90');
  await page.locator('#link-apply').click();
  expect(await page.locator('#link-loss').evaluate((it) => it.matches(':invalid'))).toBe(true);
  await page.locator('#link-loss').fill('');
  expect(complaints).toEqual([]);
});

test('a button freezes a Region until it is pressed again, and DNS leaves it meanwhile', async () => {
  const button = page.locator('#fault-freeze-us-west-2');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Wake up Oregon' }).waitFor();
  await card('Oregon').locator('.badge', { hasText: 'Out of traffic' }).waitFor();
  await page.locator('#vantages').getByText('us-west-2').first().waitFor({ state: 'detached' });
  // A drill in a broken twin would judge what it did not break.
  await page.locator('#drill-region-killed').click();
  await page.locator('#result', { hasText: 'freeze of us-west-2 lasts' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('drill-region-killed');
  // Chromium's own words for the refusal.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('409')]);
  await button.click();
  await page.getByRole('button', { name: 'Freeze Oregon', exact: true }).waitFor();
  await card('Oregon').locator('.badge', { hasText: 'Healthy' }).waitFor();
  expect(await page.locator('#timeline').textContent()).toContain('Wake up: us-west-2');
});

test('the keyboard starts a drill, keeps its place, and is told why it was not run', async () => {
  await page.locator('#drill-region-killed').focus();
  await page.keyboard.press('Enter');
  // What the test before was told stands there until then.
  await page.locator('#result .warning', { hasText: 'was not run: ' }).waitFor();
  // The greeter is no sample workload: there are no writes of users to count.
  expect(await page.locator('#result').textContent()).toContain('region-killed was not run: ');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('drill-region-killed');
  expect(await page.locator('#timeline').textContent()).toContain('region-killed: begins');
});

test('it says so when the twin is gone, loaded nothing that its policy forbids, and hears the next one', async () => {
  expect(complaints).toEqual([]);
  expect(await page.locator('#silent').isVisible()).toBe(false);
  expect(await twin.stop()).toEqual([]);
  await page.locator('#silent').waitFor({ state: 'visible', timeout: 15_000 });
  const { port } = new URL(report.console);
  const next = new TestTwin();
  try {
    await next.start(DECLARATION, '--time-scale', '20', '--console-port', port);
    await page.locator('#silent').waitFor({ state: 'hidden', timeout: 15_000 });
    await page.locator('#summary', { hasText: 'checks 20 times as fast' }).waitFor();
  } finally {
    expect(await next.stop()).toEqual([]);
  }
});

/** The lowest contrast of visible text with the nearest ground that is not transparent. */
function contrast(): number {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    (element) =>
      element.checkVisibility() &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  );
  return Math.min(
    ...texts.map((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }),
  );
}
