import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { contentSecurityPolicy } from '../../../lib/constructs/edge/private/content-security';
import { BlobsFront } from '../../../lib/tools/twin/blobs';
import { choosePort } from '../../../lib/tools/twin/processes';
import { launchBrowser } from '../../support/browser';
import { type LiveWorld, startLiveWorld } from './live';
import { type RunningQueues, startTestQueues, startWork } from './queues';
import { AWAY, HOME } from './world';

const SITE = resolve(__dirname, '../../../lambda/web');
const BUCKET = 'pictures';
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
};

/** What the distribution lets pages load; what it refuses shows as an error of the page. */
const POLICY = contentSecurityPolicy(SITE);

/** The web client in a browser on a phone, and all that it speaks to. */
export interface SiteOfTest {
  readonly origin: string;
  readonly world: LiveWorld;
  readonly queues: RunningQueues;
  readonly browser: Browser;
  readonly page: Page;
  /** What went wrong in the page, whether one saw it or not. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

export async function startSite(): Promise<SiteOfTest> {
  const port = await choosePort('127.0.0.1', 0);
  const origin = `http://127.0.0.1:${port}`;
  const queues = await startTestQueues();
  await Promise.all([HOME, AWAY].map((region) => queues.start(region)));
  const world = await startLiveWorld({ queues, uploads: { bucket: BUCKET, endpoint: origin } });
  const work = startWork(world.home, queues);
  const objects = mkdtempSync(join(tmpdir(), 'meridian-pictures-'));
  const site = edge(world.home.url, objects);
  await new Promise<void>((ready) => site.listen(port, '127.0.0.1', ready));
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  const stop = async () => {
    await browser.close();
    site.closeAllConnections();
    site.close();
    rmSync(objects, { recursive: true, force: true });
    await work.source.stop();
    await work.relay.stop();
    await world.stop();
    await queues.end();
  };
  return { origin, world, queues, browser, page, faults, stop };
}

/** Pixels by which the page is wider than the screen. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Keeps what the page looks like, where somebody wants to see it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const shots = process.env['MERIDIAN_SCREENSHOTS'];
  if (shots === undefined) return;
  const phone = page.viewportSize()!;
  const take = (how: string) =>
    page.screenshot({ path: join(shots, `${name}${how}.png`), fullPage: true });
  await take('');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take('-dark');
  await page.setViewportSize({ width: 1280, height: 800 });
  await take('-desktop');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(phone);
}

/** As the edge does it: the site's files, `/api` from the Region, `/media` from its bucket. */
function edge(region: string, objects: string): Server {
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
