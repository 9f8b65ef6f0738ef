import type { Client, Outcome } from './client';
import type { Scene } from './scene';
import { pause } from './scene';

/** Between two names that the users near a Region ask for, in milliseconds. */
const EVERY_MS = 2_000;
const RETRY_MS = 300;
const PASSWORD = 'drill drill';

/** Of one name, by one person. */
interface Registered {
  readonly name: string;
  readonly email: string;
}

/** What somebody who registered finds afterwards. */
export interface Found {
  /** Logs in by the address that was registered, near each Region. */
  readonly logins: number;
  /** Cannot, or is somebody else. */
  readonly lost: number;
  /** Names that more than one person was told to have. */
  readonly doubled: number;
}

/**
 * People near every Region who register, each name of their own, and each second time one that somebody
 * near every other Region asks for at the same time. What fails is repeated under its key.
 */
export class Registrations {
  public readonly done: Registered[] = [];
  /** Told that they have the name, or that somebody else has it. */
  private readonly answered: { readonly near: string; readonly at: number }[] = [];
  /** Answers that ask to come again later, and attempts that were not answered. */
  public repeated = 0;
  /** Answers that are neither a registration, nor "taken", nor "later". */
  public refusals = 0;
  private readonly ended = new AbortController();
  private readonly loops: Promise<void>[];

  public constructor(private readonly scene: Scene) {
    this.loops = scene.users.map(([client]) => this.register(client));
  }

  /** No new names; those under way are repeated for so long. */
  public async stop(graceMs: number): Promise<void> {
    this.ended.abort();
    await Promise.race([Promise.all(this.loops), pause(graceMs)]);
  }

  /** The first near a Region who was answered after an instant. */
  public firstAfter(region: string, instant: number): number | undefined {
    return this.answered.find(({ near, at }) => near === region && at > instant)?.at;
  }

  /** Looks for every person near a Region in turn. */
  public async look(): Promise<Found> {
    const { users } = this.scene;
    let logins = 0;
    for (const [at, { name, email }] of this.done.entries()) {
      const client = users[at % users.length]?.[0];
      const user = { email, password: PASSWORD };
      let found: string | undefined;
      // A copy may not have caught up.
      for (let turn = 0; turn < 5 && found === undefined; turn += 1) {
        if (turn > 0) await pause(RETRY_MS);
        found = nameIn(await client?.send('POST', '/api/users/login', { user }));
      }
      if (found === name) logins += 1;
    }
    const owners = new Set(this.done.map(({ name }) => name));
    const { length } = this.done;
    return { logins, lost: length - logins, doubled: length - owners.size };
  }

  private async register(client: Client): Promise<void> {
    const { run } = this.scene;
    const near = client.near.name;
    const mark = this.scene.world.regions.findIndex(({ name }) => name === near);
    for (let turn = 0; !this.ended.signal.aborted; turn += 1) {
      const contested = turn % 2 === 1;
      const name = contested ? `${run}c${turn}` : `${run}r${mark}x${turn}`;
      await this.ask(client, name, `${run}m${mark}x${turn}@example.com`);
      await pause(EVERY_MS);
    }
  }

  private async ask(client: Client, name: string, email: string): Promise<void> {
    const user = { username: name, email, password: PASSWORD };
    const headers = { 'idempotency-key': email };
    for (let more = true; more;) {
      const outcome = await client.send('POST', '/api/users', { user }, headers);
      const status = outcome.kind === 'answer' ? outcome.status : 503;
      const near = client.near.name;
      if (status === 201) this.done.push({ name, email });
      if (status === 201 || status === 409) {
        this.answered.push({ near, at: performance.now() });
        return;
      }
      if (status < 500) {
        this.refusals += 1;
        return;
      }
      this.repeated += 1;
      await pause(RETRY_MS * (0.5 + Math.random()));
      more = !this.ended.signal.aborted || this.scene.options.signal?.aborted !== true;
    }
  }
}

function nameIn(outcome: Outcome | undefined): string | undefined {
  if (outcome?.kind !== 'answer' || outcome.status !== 200) return undefined;
  return (JSON.parse(outcome.body) as { user: { username: string } }).user.username;
}
