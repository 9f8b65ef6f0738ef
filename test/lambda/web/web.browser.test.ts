import type { Page } from 'playwright-core';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld } from '../support/live';
import { overflowOf, shoot, type SiteOfTest, startSite } from '../support/site';

jest.setTimeout(90_000);

let site: SiteOfTest;
let world: LiveWorld;
let origin: string;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  site = await startSite();
  ({ world, origin, page, faults } = site);
}, 90_000);

afterAll(() => site.stop(), 30_000);

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

  expect(await overflowOf(page)).toBe(0);
  await shoot(page, 'feed');
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
  await page.getByRole('link', { name: '#two' }).waitFor();
  await shoot(page, 'article');

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
  await shoot(page, 'picture');

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
  expect(await overflowOf(page)).toBe(0);
  await shoot(page, 'profile');
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

test('what comes late takes the keyboard from nobody', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/articles?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${origin}/#/login`);
  await page.goto(`${origin}/#/new`);
  const link = page.getByRole('link', { name: 'Discover' });
  await link.focus();
  const answered = page.waitForResponse('**/api/articles?*');
  release();
  await (await answered).finished();
  await page.locator('[data-slug]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Discover' }).waitFor();
  await page.unroute('**/api/articles?*');
});
