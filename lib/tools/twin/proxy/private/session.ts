import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Backend, Borrower } from './backend';
import { Refusal } from './backend';
import { Dues } from './dues';
import type { Frame } from './frames';
import { fatal } from './frames';
import type { Pool, Wanted } from './pool';
import { pins } from './pins';
import { Statements, statementOf } from './statements';

export interface SessionOptions {
  readonly pool: Pool;
  readonly wanted: Wanted;
  /** How long it may be silent, in milliseconds. */
  readonly idleMs: number;
}

interface Loan {
  readonly backend: Backend;
  readonly dues: Dues;
}

/** A client that was let in: it has a connection to the database for as long as a transaction lasts. */
export class Session implements Borrower {
  /** Of it alone, for whoever wants to cancel what it runs. */
  public readonly key = randomBytes(8);
  private readonly statements = new Statements();
  private readonly queue: Frame[] = [];
  private loan: Loan | undefined;
  private borrowing = false;
  private pinned = false;
  private ended = false;
  private status = 'I';

  public constructor(
    private readonly near: Socket,
    private readonly options: SessionOptions,
  ) {
    near.setTimeout(options.idleMs, () => {
      if (this.loan === undefined) this.refuse(fatal('57P05', 'Idle client connection timeout'));
    });
    near.once('close', () => {
      this.leave();
    });
  }

  public get isPinned(): boolean {
    return this.pinned;
  }

  public cancel(): void {
    this.loan?.backend.cancel();
  }

  /** Something that the client says. */
  public said(frame: Frame): void {
    if (frame.type === 'X') {
      this.near.end();
      this.leave();
      return;
    }
    this.queue.push(frame);
    this.work();
  }

  public heard({ type, bytes }: Frame): void {
    const { loan, near } = this;
    if (loan === undefined) return;
    const told = loan.dues.pay(type);
    if (told && !near.write(bytes)) {
      loan.backend.pause();
      near.once('drain', () => {
        loan.backend.resume();
      });
    }
    if (type !== 'Z') return;
    this.status = String.fromCharCode(bytes[5] ?? 0);
    if (this.status === 'I' && loan.dues.areAllPaid && !this.pinned) this.giveBack(true);
  }

  public lost(): void {
    this.loan = undefined;
    this.refuse(fatal('57P01', 'the connection to the database was lost'));
  }

  private work(): void {
    if (this.ended || this.queue.length === 0) return;
    if (this.loan === undefined) {
      void this.borrow();
      return;
    }
    const { backend, dues } = this.loan;
    for (const frame of this.queue.splice(0)) {
      this.pinned ||= pins(statementOf(frame) ?? '');
      const { bytes, due } = this.statements.rewrite(frame, dues);
      dues.expect(due);
      for (const one of bytes) this.send(backend, one);
    }
  }

  private send(backend: Backend, bytes: Buffer): void {
    if (backend.send(bytes)) return;
    this.near.pause();
    backend.onDrain(() => this.near.resume());
  }

  /** What the client says meanwhile waits with it. */
  private async borrow(): Promise<void> {
    if (this.borrowing) return;
    this.borrowing = true;
    this.near.pause();
    const found = await this.options.pool.borrow(this.options.wanted);
    this.borrowing = false;
    if (found instanceof Refusal) {
      this.refuse(found.bytes);
      return;
    }
    if (this.ended) {
      this.options.pool.giveBack(found, true);
      return;
    }
    found.borrower = this;
    this.loan = { backend: found, dues: new Dues(found) };
    this.near.resume();
    this.work();
  }

  private giveBack(clean: boolean): void {
    const { loan } = this;
    this.loan = undefined;
    if (loan !== undefined) this.options.pool.giveBack(loan.backend, clean);
  }

  private refuse(message: Buffer): void {
    if (this.ended) return;
    this.near.end(message);
    this.leave();
  }

  /** What is under way is undone by the end of its connection. */
  private leave(): void {
    if (this.ended) return;
    this.ended = true;
    const { loan } = this;
    this.giveBack(loan?.dues.areAllPaid === true && this.status === 'I' && !this.pinned);
    this.pinned = false;
  }
}
