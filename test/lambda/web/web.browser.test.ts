import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { contentSecurityPolicy } from '../../../lib/constructs/edge/private/content-security';
import { BlobsFront } from '../../../lib/tools/twin/blobs';
import { choosePort } from '../../../lib/tools/twin/processes';
import { launchBrowser } from '../../support/browser';
import { overHttp } from '../support/client';
import { type RunningQueues, startTestQueues, startWork } from '../support/queues';
import { AWAY, HOME } from '../support/world';
import { draft, joined, type LiveWorld, startLiveWorld } from '../support/live';

jest.setTimeout(90_000);

const SITE = resolve(__dirname, '../../../lambda/web');
const BUCKET = 'pictures';
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
};

/** What the distribution lets pages load; what it refuses shows as an error of the page. */
const POLICY = contentSecurityPolicy(SITE);

let queues: RunningQueues;
let work: ReturnType<typeof startWork>;
let world: LiveWorld;
let site: Server;
let objects: string;
let origin: string;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  const port = await choosePort('127.0.0.1', 0);
  origin = `http://127.0.0.1:${port}`;
  queues = await startTestQueues();
  await Promise.all([HOME, AWAY].map((region) => queues.start(region)));
  world = await startLiveWorld({ queues, uploads: { bucket: BUCKET, endpoint: origin } });
  work = startWork(world.home, queues);
  objects = mkdtempSync(join(tmpdir(), 'meridian-pictures-'));
  site = edge(world.home.url);
  await new Promise<void>((ready) => site.listen(port, '127.0.0.1', ready));
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
  rmSync(objects, { recursive: true, force: true });
  await work.source.stop();
  await work.relay.stop();
  await world.stop();
  await queues.end();
}, 30_000);

/** As the edge does it: the site's files, `/api` from the Region, `/media` from its bucket. */
function edge(region: string): Server {
  const keys = { local: 'local' };
  const buckets = [{ name: BUCKET, origins: [], replicas: [] }];
  const blobs = new BlobsFront({ region: HOME, keys, buckets }, objects, 'token');
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
    if (url === `/${BUCKET}`) {
      void blobs.serve(request, response);
      return;
    }
    if (url.startsWith('/media/')) {
      const picture = join(objects, BUCKET, url);
      response.writeHead(existsSync(picture) ? 200 : 403, { 'content-type': 'image/png' });
      response.end(existsSync(picture) ? readFileSync(picture) : '');
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

  await page.getByRole('link', { name: 'Write' }).press('Enter');
  await page.getByLabel('Title').fill('With a picture');
  await page.getByLabel('In a sentence').fill('In short');
  await page.getByLabel('Text').fill('Look at this.');
  await page.getByLabel('Picture', { exact: true }).setInputFiles(await aPicture());
  await page.getByLabel('What the picture shows').fill('A field of blue');
  await page.getByRole('button', { name: 'Publish' }).press('Enter');
  const shown = page.getByRole('img', { name: 'A field of blue' });
  await shown.waitFor();
  expect(await shown.getAttribute('src')).toMatch(/^\/media\/eu-central-1\/\d+\/[\w-]+\.png$/);
  await page.waitForFunction(() => document.querySelector('img')!.naturalWidth > 0);
  expect(await shown.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(320);
  expect(await page.getByText('/media/').count()).toBe(0);
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'picture.png') });

  await page.getByRole('link', { name: 'wanda' }).first().press('Enter');
  await page.getByRole('button', { name: 'Save picture' }).press('Enter');
  await page.getByRole('status').getByText('Choose a picture first.').waitFor();
  const other = { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') };
  await page.getByLabel('Your picture').setInputFiles(other);
  await page.getByRole('button', { name: 'Save picture' }).press('Enter');
  await page.getByRole('status').getByText('contentType must be one of').waitFor();
  await page.getByLabel('Your picture').setInputFiles(await aPicture());
  await page.getByRole('button', { name: 'Save picture' }).press('Enter');
  await page.getByRole('status').getByText('Your picture is saved.').waitFor();
  await page.reload();
  await page.locator('img.portrait').waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'profile.png') });
  await page.getByRole('link', { name: 'Log out' }).press('Enter');
  await page.getByRole('link', { name: 'Sign up' }).waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(faults).toEqual([]);
});

/** A real image, as the browser itself makes one. */
async function aPicture() {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const context = canvas.getContext('2d')!;
    context.fillStyle = 'steelblue';
    context.fillRect(0, 0, 320, 180);
    return canvas.toDataURL('image/png').split(',')[1]!;
  });
  return { name: 'field.png', mimeType: 'image/png', buffer: Buffer.from(data, 'base64') };
}

test('tells of what others did, with a number until it has been looked at', async () => {
  const [author, reader] = [await joined(overHttp, world.home), await joined(overHttp, world.home)];
  const article = draft({ title: 'Of interest' });
  const by = ({ authorization }: typeof author) => ({ authorization });
  const posted = await overHttp(world.home, 'POST', '/api/articles', { article }, by(author));
  const path = `/api/articles/${posted.body.article.slug}`;
  await overHttp(world.home, 'POST', `${path}/favorite`, undefined, by(reader));
  await overHttp(world.home, 'POST', `/api/profiles/${author.username}/follow`, {}, by(reader));
  const unread = async () =>
    (await overHttp(world.home, 'GET', '/api/notifications', undefined, by(author))).body
      .unreadCount;
  for (const until = Date.now() + 15_000; (await unread()) < 2 && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 200));

  await page.goto(`${origin}/#/new`);
  await page.evaluate((token) => {
    localStorage.setItem('meridian-token', token);
  }, author.token);
  await page.reload();
  await page.getByRole('link', { name: 'Notifications (2)' }).press('Enter');
  await page.getByText(`${reader.username} favours Of interest`).waitFor();
  await page.getByText(`${reader.username} follows you`).waitFor();
  await page.getByRole('link', { name: 'Of interest' }).press('Enter');
  await page.getByRole('heading', { name: 'Of interest' }).waitFor();
  await page.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
  expect(await unread()).toBe(0);
  expect(faults).toEqual([]);
});
