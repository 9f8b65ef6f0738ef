import { existsSync, readFileSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { contentSecurityPolicy } from '../../../lib/constructs/edge/private/content-security';
import { launchBrowser } from '../../support/browser';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, startLiveWorld } from '../support/live';

jest.setTimeout(90_000);

const SITE = resolve(__dirname, '../../../lambda/web');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
};

/** What the distribution lets pages load; what it refuses shows as an error of the page. */
const POLICY = contentSecurityPolicy(SITE);

let world: LiveWorld;
let site: Server;
let origin: string;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  world = await startLiveWorld();
  site = edge(world.home.url);
  await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
}, 90_000);

afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
  await world.stop();
}, 30_000);

/** As the edge does it: the site's files, and `/api` from the Region. */
function edge(region: string): Server {
  return createServer((request, response) => {
    const { url = '/', method, headers } = request;
    if (url.startsWith('/api/')) {
      const onward = forward(region + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
      return;
    }
    const file = join(SITE, url === '/' ? 'index.html' : url.split('?')[0]!);
    const found = existsSync(file);
    response.writeHead(found ? 200 : 404, {
      'content-type': TYPES[extname(file)] ?? 'text/plain',
      'content-security-policy': POLICY,
    });
    response.end(found ? readFileSync(file) : '');
  });
}

test('signs up, reads, comments, favours, follows and hears live what is written, by keyboard on a phone', async () => {
  const author = await joined(overHttp, world.home);
  const { authorization } = author;
  const post = (title: string) => {
    const article = draft({ title, body: '<b>Not markup</b>' });
    return overHttp(world.home, 'POST', '/api/articles', { article }, { authorization });
  };
  const first = await post('A first article');
  await page.goto(`${origin}/#/join`);
  await page.getByLabel('Name').focus();
  await page.keyboard.type('wanda');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wanda@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('correct horse');
  await page.keyboard.press('Enter');
  await page.getByText('Live: what they write appears here.').waitFor();

  await page.goto(`${origin}/#/a/${first.body.article.slug}`);
  await page.getByRole('heading', { name: 'A first article' }).waitFor();
  await page.getByText('<b>Not markup</b>').waitFor();
  await page.getByLabel('Your comment').fill('Well said.');
  await page.getByRole('button', { name: 'Comment' }).press('Enter');
  await page.getByText('Well said.').waitFor();
  await page.getByRole('button', { name: 'Favour' }).press('Space');
  await page.getByRole('button', { name: 'Favoured', pressed: true }).waitFor();

  await page.getByRole('link', { name: author.username }).first().press('Enter');
  await page.getByRole('button', { name: 'Follow' }).press('Enter');
  await page.getByRole('button', { name: 'Following', pressed: true }).waitFor();
  await page.getByRole('link', { name: 'Feed' }).press('Enter');
  await page.getByText('Live: what they write appears here.').waitFor();
  await post('While they look');
  await page.getByRole('heading', { name: 'While they look' }).waitFor();
  expect(await page.getByRole('status').textContent()).toBe('New: While they look');
  const titles = await page.getByRole('heading', { level: 2 }).allTextContents();
  expect(titles).toEqual(['While they look', 'A first article']);

  const { width, scroll } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    scroll: document.documentElement.scrollWidth,
  }));
  expect(scroll).toBeLessThanOrEqual(width);
  const shots = process.env['MERIDIAN_SCREENSHOTS'];
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'feed.png') });
  expect(faults).toEqual([]);
});

test('writes an article, and says what is wrong in the words of the service', async () => {
  await page.getByRole('link', { name: 'Write' }).press('Enter');
  await page.getByLabel('Title').fill('Mine');
  await page.getByLabel('In a sentence').fill('In short');
  await page.getByLabel('Text').fill('At length.');
  await page.getByLabel('Tags, by commas').fill('x'.repeat(65));
  await page.getByRole('button', { name: 'Publish' }).press('Enter');
  await page.getByRole('status').getByText('tagList must be').waitFor();
  await page.getByLabel('Tags, by commas').fill('one, two');
  await page.getByRole('button', { name: 'Publish' }).press('Enter');
  await page.getByRole('heading', { name: 'Mine' }).waitFor();
  await page.getByText('#one #two').waitFor();
  const shots = process.env['MERIDIAN_SCREENSHOTS'];
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'article.png') });
  await page.getByRole('link', { name: 'Log out' }).press('Enter');
  await page.getByRole('link', { name: 'Sign up' }).waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(faults).toEqual([]);
});
