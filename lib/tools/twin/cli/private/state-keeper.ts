import type { RunHome, TwinState } from '../../home';
import { readState, writeState } from '../../home';
import type { Supervisor } from '../../processes';
import type { Report } from '../../run';

/** Keeps state.json true while processes come and go. */
export class StateKeeper {
  private readonly timer: NodeJS.Timeout;
  private extra: Partial<TwinState> = {};
  private last = '';

  public constructor(
    private readonly home: RunHome,
    private readonly supervisor: Supervisor,
  ) {
    this.timer = setInterval(() => {
      this.write();
    }, 500);
  }

  public ready(report: Report): void {
    this.extra = { status: 'ready', console: report.console, report };
    this.write();
  }

  public stopping(): void {
    clearInterval(this.timer);
    this.extra = { ...this.extra, status: 'stopping' };
    this.write();
  }

  private write(): void {
    const state = readState(this.home.directory);
    if (state === undefined) return;
    const next = { ...state, ...this.extra, processes: this.supervisor.processes() };
    const text = JSON.stringify(next);
    if (text === this.last) return;
    this.last = text;
    writeState(this.home.directory, next);
  }
}
