/** Whether this process is about to end; set by its entry, told by `/readyz`. */
export class Lifecycle {
  private ending = false;
  private readonly listeners: (() => void)[] = [];

  get draining(): boolean {
    return this.ending;
  }

  /** Called once, when the process begins to end. */
  onDrain(listener: () => void): void {
    this.listeners.push(listener);
  }

  drain(): void {
    if (this.ending) return;
    this.ending = true;
    for (const listener of this.listeners) listener();
  }
}
