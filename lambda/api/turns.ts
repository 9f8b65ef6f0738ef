/**
 * In a process that is busy, what a turn of the event loop has brought is begun at its end: refusals, which are said at
 * once, are written one after the other, so that whoever waits for them is woken once and not between any two reads.
 *
 * Node accepts one connection a turn. Where a turn begins dozens of reads, whoever comes by a new connection waits for
 * seconds, and more connections are made meanwhile. While turn after turn brings one, others are taken to be waiting,
 * and each turn begins one read.
 *
 * @see https://github.com/libuv/libuv/pull/3696 since which libuv does not accept in a loop
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private scheduled = false;
  private accepted = false;

  constructor(private readonly process: { readonly isBusy: boolean }) {}

  /** This turn has brought a connection. */
  noteConnection(): void {
    this.accepted = true;
    this.schedule();
  }

  /** @param work that does not throw */
  begin(work: () => void): void {
    if (!this.process.isBusy) {
      work();
      return;
    }
    this.waiting.push(work);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.end();
    });
  }

  private end(): void {
    this.scheduled = false;
    const begun = this.waiting.splice(0, this.accepted ? 1 : this.waiting.length);
    if (this.waiting.length > 0) this.schedule();
    this.accepted = false;
    for (const work of begun) work();
  }
}
