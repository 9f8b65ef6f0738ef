import type { FenceFigures } from '../model';
import type { Client } from './client';
import type { ControlClient } from './control';
import { serverAt } from './databases';
import { writerOf } from './load';
import type { Write } from './load';
import type { World } from './world';
import { regionOf } from './world';

const PAUSE_MS = 250;
/** A server that cannot read the topology document says so after a while. */
const PATIENCE_MS = 8_000;

/** Asks the old writer's Region directly, again and again, to write. */
export class OldWriter {
  private asked = 0;
  private refused = 0;
  private written = 0;
  private ended = false;
  private asking: Promise<void> | undefined;

  public constructor(
    private readonly world: World,
    private readonly region: string,
    private readonly user: readonly [Client, authorization: string],
    private readonly run: string,
  ) {}

  public get answers(): number {
    return this.asked;
  }

  /** From now on, until {@link stop}. */
  public start(): void {
    this.asking ??= this.ask();
  }

  public async stop(): Promise<void> {
    this.ended = true;
    await this.asking;
  }

  /**
   * @param writes of the load
   * @param leaseOver instant from which on nobody but the new writer may write
   */
  public async figures(
    writes: readonly Write[],
    leaseOver: number,
    confirmed: boolean,
    oldTakesWrites: boolean | null,
  ): Promise<FenceFigures> {
    await this.stop();
    const late = writes.filter(
      ({ acknowledgedAt = 0, writtenBy }) =>
        acknowledgedAt > leaseOver && writtenBy === this.region,
    );
    const { asked, refused, written } = this;
    const writtenByOld = written + late.length;
    return { asked, refused, writtenByOld, oldTakesWrites, confirmed };
  }

  private async ask(): Promise<void> {
    const [client, authorization] = this.user;
    const { gateway } = regionOf(this.world, this.region);
    const path = '/api/articles';
    for (let at = 0; !this.ended; at += 1) {
      const id = `${this.run}-direct-${at}`;
      const article = { title: id, description: 'drill', body: id, tagList: [] };
      const headers = { authorization, 'idempotency-key': id };
      const outcome = await client.sendTo(gateway, 'POST', path, { article }, headers, PATIENCE_MS);
      if (outcome.kind === 'answer') {
        this.asked += 1;
        if (outcome.status === 201 && writerOf(outcome) === this.region) this.written += 1;
        if (outcome.status === 503 && outcome.body.includes('"fenced"')) this.refused += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Whether its database, past all servers, would take a write; null where it does not answer. */
export async function takesWrites(
  world: World,
  control: ControlClient,
  region: string,
): Promise<boolean | null> {
  const { shards } = await control.read();
  const domain = Object.values(shards)[0]?.domains['content'];
  const server = serverAt(world, region, domain?.endpoints[region]?.writer ?? '');
  if (domain === undefined || server === undefined) return null;
  const connection = server.connect(domain.database, 1_000);
  try {
    await connection.query('begin');
    await connection.query('update fence set epoch = epoch');
    await connection.query('rollback');
    return true;
  } catch (error) {
    return String(error).includes('read-only') ? false : null;
  } finally {
    await connection.end();
  }
}
