import type { Backend } from './backend';
import type { Due, Prepared } from './statements';

/** The answers that one connection still has to give to the client that uses it. */
export class Dues implements Prepared {
  private dues: Due[] = [];
  /** Whether something was sent that no Sync has ended. */
  private open = false;

  public constructor(private readonly backend: Backend) {}

  /** Whether the server has a statement, or will have it once it has answered. */
  public has(name: string): boolean {
    return this.backend.prepared.has(name) || this.dues.some(({ prepares }) => prepares === name);
  }

  public get areAllPaid(): boolean {
    return this.dues.length === 0 && !this.open;
  }

  public expect(dues: readonly Due[]): void {
    this.dues.push(...dues);
    this.open = dues.at(-1)?.type !== 'Z';
  }

  /** @returns whether the client hears of it */
  public pay(type: string): boolean {
    if (type === 'Z') {
      // An error makes the server skip whatever came before this.
      const end = this.dues.findIndex((due) => due.type === 'Z');
      for (const { prepares } of this.dues.splice(0, end + 1)) {
        if (prepares !== undefined) this.backend.prepared.delete(prepares);
      }
      return true;
    }
    if (type !== '1' && type !== '3') return true;
    const due = this.dues.shift();
    if (due?.prepares !== undefined) this.backend.prepared.add(due.prepares);
    return due?.told ?? true;
  }
}
