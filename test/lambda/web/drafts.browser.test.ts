import type { Page } from 'playwright-core';
import { runJob } from '../../../lambda/work/jobs';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld } from '../support/live';
import { overflowOf, shoot, type SiteOfTest, startSite } from '../support/site';
import { AWAY, HOME } from '../support/world';

jest.setTimeout(90_000);

type Someone = Awaited<ReturnType<typeof joined>>;

let site: SiteOfTest;
let world: LiveWorld;
let page: Page;

beforeAll(async () => {
  site = await startSite();
  ({ world, page } = site);
}, 90_000);

afterAll(() => site.stop(), 30_000);

async function logIn({ token }: Someone) {
  await page.goto(`${site.origin}/#/new`);
  await page.evaluate((text) => {
    localStorage.setItem('meridian-token', text);
  }, token);
  await page.reload();
}

/** The global table's replication, both ways. */
async function replicate() {
  await world.aws.replicate(`drafts-${HOME}`, `drafts-${AWAY}`);
  await world.aws.replicate(`drafts-${AWAY}`, `drafts-${HOME}`);
}

const status = (text: string) => page.getByRole('status').getByText(text).waitFor();
const press = (name: string) => page.getByRole('button', { name }).press('Enter');

test('keeps a draft, goes back to a revision of it, and publishes it, by keyboard on a phone', async () => {
  await logIn(await joined(overHttp, world.home));
  await page.getByRole('link', { name: 'Drafts' }).press('Enter');
  await page.getByText('You keep no draft.').waitFor();
  await page.getByRole('link', { name: 'Write a new one' }).press('Enter');
  await page.getByLabel('Title').fill('An idea');
  await page.getByLabel('Text').fill('First thoughts.');
  await press('Keep as draft');
  await page.getByRole('heading', { name: 'An idea' }).waitFor();
  await page.getByLabel('Text').fill('Second thoughts.');
  await page.getByLabel('Text').press('Control+s');
  await status('Saved.');
  await press('Save');
  await status('Nothing has changed.');

  const revisions = page.getByRole('region', { name: 'Revisions' });
  const items = revisions.getByRole('listitem');
  expect(await items.count()).toBe(2);
  await items.nth(0).getByText('shown').waitFor();
  await items.nth(1).getByText('replaced').waitFor();
  await items.nth(1).getByRole('button', { name: 'Look' }).press('Enter');
  await items.nth(1).getByText('First thoughts.').waitFor();
  await items.nth(1).getByRole('button', { name: 'Put it in the editor' }).press('Enter');
  expect(await page.getByLabel('Text').inputValue()).toBe('First thoughts.');
  expect(await overflowOf(page)).toBe(0);
  await shoot(page, 'draft');

  await press('Publish');
  await status("description can't be blank");
  await page.getByLabel('In a sentence').fill('In short');
  await press('Publish');
  await page.getByText('First thoughts.').waitFor();
  await page.getByRole('button', { name: 'Favour' }).waitFor();
  await page.getByRole('link', { name: 'Drafts' }).press('Enter');
  await page.getByText('You keep no draft.').waitFor();
  expect(site.faults).toEqual([]);
});

test('what two Regions wrote at the same time is shown beside each other, and settled by the author', async () => {
  const author = await joined(overHttp, world.home);
  const { authorization } = author;
  const put = async (region: typeof world.home, body: string, parents: readonly string[]) => {
    const fields = { draft: draft({ title: 'Torn', body }), parents };
    const answer = await overHttp(region, 'PUT', '/api/drafts/torn', fields, { authorization });
    expect(answer.status).toBe(200);
    return answer.body.draft.revision;
  };
  const first = await put(world.home, 'Common ground.', []);
  await replicate();
  await logIn(author);
  await page.goto(`${site.origin}/#/d/torn`);
  await page.getByLabel('Text').waitFor();
  await put(world.away, 'Written away.', [first]);
  await put(world.away, 'Written away, and more of it.', [first]);
  await page.getByLabel('Text').fill('Written at home.');
  await press('Save');
  await status('Saved.');
  await replicate();

  await page.getByRole('link', { name: 'Drafts' }).press('Enter');
  await page.getByText('Written at the same time: 2 more').waitFor();
  await page.getByRole('link', { name: 'Torn' }).press('Enter');
  const beside = page.getByRole('region', { name: 'Written at the same time' });
  await beside.waitFor();
  const texts = await beside.locator('.text').allTextContents();
  const inEditor = await page.getByLabel('Text').inputValue();
  expect([inEditor, ...texts].sort()).toEqual([
    'Written at home.',
    'Written away, and more of it.',
    'Written away.',
  ]);
  expect(await beside.getByText(AWAY).count()).toBe(texts.includes('Written at home.') ? 1 : 2);
  expect(await overflowOf(page)).toBe(0);
  await shoot(page, 'torn');

  await page.getByLabel('Text').fill('Not saved yet.');
  const wanted = beside.locator('article', { hasText: texts[0]! });
  await wanted.getByRole('button', { name: 'Keep this version' }).press('Enter');
  await status('Save first what you have written.');
  await page.getByLabel('Text').fill(inEditor);
  await wanted.getByRole('button', { name: 'Keep this version' }).press('Enter');
  await status('Only this version is left');
  expect(await page.getByLabel('Text').inputValue()).toBe(texts[0]);
  expect(await beside.count()).toBe(0);
  await replicate();
  // Asked again where a busy machine answers it too late.
  const there = async (): Promise<unknown> => {
    for (const until = Date.now() + 15_000; ;) {
      const answer = await overHttp(world.away, 'GET', '/api/drafts/torn', undefined, {
        authorization,
      });
      if (answer.status === 200 || Date.now() > until) return answer.body.draft;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  expect(await there()).toMatchObject({ body: texts[0], conflicts: [] });
  await press('Delete');
  await page.getByText('You keep no draft.').waitFor();
  expect(site.faults).toEqual([]);
});

test('a page that another device has overtaken saves beside it, and says so', async () => {
  const author = await joined(overHttp, world.home);
  const { authorization } = author;
  const put = async (body: string, parents?: readonly string[]) =>
    (
      await overHttp(
        world.home,
        'PUT',
        '/api/drafts/two',
        { draft: draft({ body }), parents },
        { authorization },
      )
    ).body.draft.revision;
  await put('From the start.', []);
  await logIn(author);
  await page.goto(`${site.origin}/#/d/two`);
  await page.getByLabel('Text').fill('On this device.');
  await put('On the other device.');
  await put('On the other device, later.');
  await press('Save');
  await status('Saved, beside what was written at the same time');
  expect(await page.getByLabel('Text').inputValue()).toBe('On the other device, later.');
  const beside = page.getByRole('region', { name: 'Written at the same time' });
  await beside.getByText('On this device.').waitFor();
  await beside.getByRole('button', { name: 'Publish this version' }).press('Enter');
  await page.getByRole('button', { name: 'Favour' }).waitFor();
  expect(await page.locator('main .text').first().textContent()).toBe('On this device.');
});

test('finds tags that trend, articles by their words, and people by whom one follows', async () => {
  const [reader, friend, stranger] = [
    await joined(overHttp, world.home),
    await joined(overHttp, world.home),
    await joined(overHttp, world.home),
  ];
  const as = ({ authorization }: Someone, method: string, path: string, body?: unknown) =>
    overHttp(world.home, method, path, body, { authorization });
  const tagList = ['zephyr'];
  const article = draft({ title: 'On westerly winds', body: 'Of the zephyr.', tagList });
  await as(stranger, 'POST', '/api/articles', { article });
  await as(reader, 'POST', `/api/profiles/${friend.username}/follow`, {});
  await as(friend, 'POST', `/api/profiles/${stranger.username}/follow`, {});
  expect(await runJob(world.home.deps, 'trending')).toEqual({ refreshed: 1 });

  await logIn(reader);
  await page.getByRole('link', { name: 'Discover' }).press('Enter');
  const people = page.getByRole('region', { name: 'Who to follow' });
  await people.getByRole('link', { name: stranger.username }).waitFor();
  await people.getByRole('button', { name: 'Follow' }).press('Enter');
  await people.getByRole('button', { name: 'Following', pressed: true }).waitFor();
  expect(await overflowOf(page)).toBe(0);
  await shoot(page, 'discover');
  await page.getByRole('region', { name: 'Trending tags' }).getByText('#zephyr').press('Enter');
  await page.getByRole('heading', { name: '#zephyr' }).waitFor();
  await page.getByRole('heading', { name: 'On westerly winds' }).waitFor();
  await page.goBack();
  await page.getByLabel('Words').fill('westerly');
  await page.getByLabel('Words').press('Enter');
  await page.getByRole('heading', { name: 'Found: westerly' }).waitFor();
  await page.getByRole('heading', { name: 'On westerly winds' }).waitFor();
  expect(site.faults).toEqual([]);
});
