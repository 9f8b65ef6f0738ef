import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../../support/browser';
import { TestTwin } from '../../../../support/twin';

/** A drill started by its button, in a twin of the reference: what the page shows of it. */
jest.setTimeout(600_000);
const MOST_TRIES = 4;

const twin = new TestTwin();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  const report = await twin.start('multi-region', '--time-scale', '4');
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(report.console);
  // On a busy machine a drill is refused before anything is broken; then one asks again, once every
  // Region serves.
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    await page.locator('#summary', { hasText: 'all in traffic' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Run region-killed' }).click();
    await page.getByRole('button', { name: 'region-killed is running…' }).waitFor();
    await page.locator('.outcome, #result .warning').first().waitFor({ timeout: 150_000 });
    if (await page.locator('.outcome').isVisible()) break;
  }
});
afterAll(async () => {
  await browser.close();
  expect(await twin.stop()).toEqual([]);
});

const card = (city: string) => page.locator('.regions article', { hasText: city });

test('the drill is told with its verdict, its times, its losses and every expectation', async () => {
  // Whether drills pass is the system ring's to say: here a machine may be slow.
  expect(await page.locator('#result .warning').allTextContents()).toEqual([]);
  const outcome = page.locator('.outcome');
  const verdicts = await outcome.locator('.verdict').allTextContents();
  expect(verdicts.length).toBeGreaterThan(8);
  expect(await outcome.locator('.badge').first().textContent()).toBe(
    verdicts.includes('no') ? 'Failed' : 'Passed',
  );
  const words = (await outcome.innerText()).replaceAll(/\s+/g, ' ');
  expect(words).toMatch(/\d+ of \d+ writes lost \d+ doubled/);
  expect(words).toMatch(/eu-central-1 was hit, [a-z0-9-]+ writes now\./);
  expect(words).toMatch(/Recovery as measured: [\d.]+ s detect [\d.]+ m?s.*promote [\d.]+ m?s/);
  expect(words).toMatch(/Recovery as configured: [\d.]+ s detect/);
});

test('the Region that was hit is out, and another one writes', async () => {
  expect(await card('Frankfurt').locator('.badge').first().textContent()).toMatch(
    /^\d processes ended$/,
  );
  const roles = await page.locator('.regions article .badge:last-child').allTextContents();
  expect(roles.filter((role) => role === 'Writes')).toHaveLength(1);
  expect(await page.locator('#vantages').textContent()).not.toContain('eu-central-1');
});

test('the timeline tells the way from the fault to users who write again', async () => {
  // The newest first.
  const lines = (await page.locator('#timeline li').allTextContents()).reverse();
  const at = (words: RegExp) => lines.findIndex((line) => words.test(line));
  const way = [/kill of eu-central-1/, /a person decides/, /takes writes/, /write again/].map(at);
  expect(way).not.toContain(-1);
  expect(way).toEqual([...way].sort((one, other) => one - other));
});
