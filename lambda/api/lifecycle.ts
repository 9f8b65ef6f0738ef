/** Whether this process is about to end; set by its entry, told by `/readyz`. */
export class Lifecycle {
  private ending = false;

  get draining(): boolean {
    return this.ending;
  }

  drain(): void {
    this.ending = true;
  }
}
