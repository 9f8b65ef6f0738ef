import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { WorkloadSettings } from '../../../lambda/environment';
import type { Migration } from '../../../lambda/migrate/migration';
import { MIGRATIONS } from '../../../lambda/migrate/migrations';
import { patchedPackages } from '../../../lib/tools/bundle/private/patched-packages';

/*
 * The release after this one: what an article is about stands in `summary`, no longer in `description`.
 * While servers of both run, a trigger keeps the columns alike, whoever writes.
 */
const ROOT = join(__dirname, '../../..');
const RELEASED = MIGRATIONS.content ?? [];
const version = RELEASED.length;

const BOTH: Migration = {
  ...{ version: version + 1, name: 'summaries', phase: 'expand', transaction: 'own' },
  sql: `
    alter table articles add column summary text not null default '';

    create function keep_summary() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
      if tg_op = 'INSERT' then
        if new.description is null then new.description := new.summary;
        else new.summary := new.description; end if;
      elsif new.summary is distinct from old.summary then new.description := new.summary;
      else new.summary := new.description; end if;
      return new;
    end;
    $$;

    create trigger articles_summary before insert or update on articles
      for each row execute function keep_summary();
  `,
};
const INDEX: Migration = {
  ...{ version: version + 2, name: 'search of summaries', phase: 'expand', transaction: 'none' },
  sql: `create index concurrently if not exists articles_summaries on articles
    using gin (to_tsvector('simple', title || ' ' || summary || ' ' || body))`,
};
/** What the release before cannot live without. */
export const GOODBYE: Migration = {
  ...{ version: version + 3, name: 'no descriptions', phase: 'contract', transaction: 'own' },
  sql: `
    drop trigger articles_summary on articles;
    drop function keep_summary();
    alter table articles drop column description;
  `,
};
export const EXPANDED = [BOTH, INDEX];
export const NEXT_MIGRATIONS = { ...MIGRATIONS, content: [...RELEASED, ...EXPANDED, GOODBYE] };

/** Statements of this release's sources, and the next release's in their place. */
const REWRITTEN: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'lambda/data/articles.ts': [
    ['title, description, body, tag_list)', 'title, summary, body, tag_list)'],
    [
      'description = coalesce(${description}, description)',
      'summary = coalesce(${description}, summary)',
    ],
    ['title, description, tag_list as', 'title, summary as description, tag_list as'],
  ],
  'lambda/data/search.ts': [
    ["title || ' ' || description || ' ' || body", "title || ' ' || summary || ' ' || body"],
  ],
};

const nextRelease: Plugin = {
  name: 'next-release',
  setup: (bundler) => {
    for (const [file, replacements] of Object.entries(REWRITTEN))
      bundler.onLoad(
        { filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) },
        async ({ path }) => ({
          contents: replacements.reduce(replaceOnce, await readFile(path, 'utf8')),
          loader: 'ts',
        }),
      );
  },
};

/** A statement that stands elsewhere by now must not leave the next release as the old one. */
function replaceOnce(source: string, [from, to]: readonly [string, string]): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`found ${parts.length - 1} times, not once: ${from}`);
  return parts.join(to);
}

export type Release = 'this' | 'next';

/** Servers of both releases as processes of their own. */
export class Releases {
  private readonly children = new Map<string, ChildProcess>();

  private constructor(private readonly directory: string) {}

  /** Bundles the server of each from the sources. */
  static async build(): Promise<Releases> {
    const directory = mkdtempSync(join(tmpdir(), 'meridian-releases-'));
    const bundle = (release: Release, plugins: Plugin[]) =>
      build({
        ...{ absWorkingDir: ROOT, entryPoints: ['lambda/api/server.ts'], plugins },
        ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20' },
        outfile: join(directory, `${release}.mjs`),
        logLevel: 'silent',
      });
    await Promise.all([
      bundle('this', [patchedPackages]),
      bundle('next', [patchedPackages, nextRelease]),
    ]);
    return new Releases(directory);
  }

  /** Lets a Region run a release, at the address that its peers know; what it ran before has gone then. */
  async run(release: Release, settings: WorkloadSettings): Promise<void> {
    await this.end(settings.region);
    const child = spawn(process.execPath, [join(this.directory, `${release}.mjs`)], {
      ...{ env: variablesOf(settings), stdio: ['ignore', 'pipe', 'inherit'] },
    });
    this.children.set(settings.region, child);
    await once(child.stdout, 'data');
    child.stdout.resume();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.children.keys()].map((region) => this.end(region)));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async end(region: string): Promise<void> {
    const child = this.children.get(region);
    this.children.delete(region);
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

function variablesOf(settings: WorkloadSettings): NodeJS.ProcessEnv {
  const { aws, peers } = settings;
  return {
    MERIDIAN_REGION: settings.region,
    TOPOLOGY_TABLE: settings.topologyTable,
    TOPOLOGY_REGIONS: settings.topologyRegions.join(),
    SESSION_TABLE: settings.sessionTable,
    DIRECTORY_TABLE: settings.directoryTable,
    SIGNING_SECRET: settings.signingSecret,
    ORIGIN_SECRET: settings.originSecret,
    PEER_URLS: Object.entries(peers)
      .map((pair) => pair.join('='))
      .join(),
    DATABASE_TLS: settings.databaseTls,
    PORT: new URL(peers[settings.region]!).port,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoints.secretsmanager,
  };
}
