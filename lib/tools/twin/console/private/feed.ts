import type { ServerResponse } from 'node:http';
import type { Status } from '../../run';
import type { ConsoleState, TimelineEvent } from '../model';
import { changes } from './changes';
import { DrillDesk } from './drill-desk';
import { FaultDesk } from './fault-desk';

/** Kept for whoever opens the page later. */
const MOST_EVENTS = 200;
/** What a reader may leave unread, in bytes, before messages pass it by. */
const MOST_UNREAD = 1_000_000;

/** Looks at the twin once a second, keeps what happened, and tells every open page. */
export class Feed {
  public readonly desk: DrillDesk;
  public readonly faults: FaultDesk;
  private readonly timeline: TimelineEvent[] = [];
  private readonly readers = new Set<ServerResponse>();
  private readonly timer: NodeJS.Timeout;
  private looking = false;
  private seen: Status | undefined;

  public constructor(
    private readonly status: () => Promise<Status>,
    intervalMs = 1_000,
  ) {
    this.desk = new DrillDesk((text) => {
      this.note('drill', text);
    });
    this.faults = new FaultDesk((text) => {
      this.note('fault', text);
    });
    this.timer = setInterval(() => void this.look(), intervalMs);
  }

  /** An answer that stays open: one message at once, then one a second. */
  public async add(response: ServerResponse): Promise<void> {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    this.readers.add(response);
    response.once('close', () => this.readers.delete(response));
    this.seen ??= await this.status();
    tell(response, this.state(this.seen));
  }

  /** The page is told at once, not at the next look. */
  public tellAll(): void {
    if (this.seen === undefined) return;
    const state = this.state(this.seen);
    for (const reader of this.readers) tell(reader, state);
  }

  public close(): void {
    clearInterval(this.timer);
    this.desk.close();
    this.faults.close();
    for (const reader of this.readers) reader.end();
  }

  private state(status: Status): ConsoleState {
    const { timeline, desk, faults } = this;
    return { status, timeline, drills: desk.board, faults: faults.board };
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const now = await this.status();
      const before = this.seen ?? now;
      this.seen = now;
      for (const { kind, text } of changes(before, now)) this.note(kind, text);
      this.tellAll();
    } catch {
      // Asked again in a second; the page says for itself when messages stop.
    } finally {
      this.looking = false;
    }
  }

  private note(kind: TimelineEvent['kind'], text: string): void {
    this.timeline.push({ at: new Date().toISOString(), kind, text });
    this.timeline.splice(0, this.timeline.length - MOST_EVENTS);
  }
}

function tell(reader: ServerResponse, state: ConsoleState): void {
  if (reader.writableLength > MOST_UNREAD) return;
  reader.write(`data: ${JSON.stringify(state)}\n\n`);
}
