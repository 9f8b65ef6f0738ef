import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import schema from '../../docs/schemas/drill.schema.json';
import type { DrillResult, FailoverResult } from '../../lib/tools/twin/drill';
import type { Review } from './agreement';
import { disagreements, reviewOf } from './agreement';
import { synthesized } from './assembly';
import { gone } from './processes';
import { ROOT } from './root';

const CLI = join(ROOT, 'bin/meridian.js');
/** Of writes in a second: one that the rest of the tests leave room for. */
const RATE = '20';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest drill of the reference, with what starts and ends its twin. */
const LONGEST_MS = 240_000;

/** Drills by the real command line, in a home of their own. */
export class Drills {
  private readonly home = mkdtempSync(join(tmpdir(), 'meridian-drill-'));
  private reference: { readonly assembly: string; readonly review: Review } | undefined;

  /**
   * For all tests of the calling file, after which no process and no directory of a run may be left. Their twins
   * run the reference's templates, synthesized once; what the review says of them is held against each drill.
   */
  public static ofThisFile(): Drills {
    jest.setTimeout(LONGEST_MS);
    const drills = new Drills();
    beforeAll(async () => {
      const { directory, deployment } = await synthesized();
      drills.reference = { assembly: directory, review: reviewOf(directory, deployment) };
    });
    afterAll(async () => {
      const left = await drills.left();
      rmSync(drills.home, { recursive: true, force: true });
      expect(left).toEqual([]);
    });
    return drills;
  }

  public command(...args: string[]): Promise<Finished> {
    return new Promise((finish) => {
      const env = { PATH: process.env['PATH'] ?? '', MERIDIAN_HOME: this.home };
      const options = { cwd: this.home, env, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(process.execPath, [CLI, 'drill', ...args], options, (_, out, err) => {
        finish({ code: child.exitCode, stdout: out, stderr: err });
      });
    });
  }

  /** Runs one and expects of it what every drill has to show. */
  public async run(name: string, ...args: string[]): Promise<DrillResult> {
    if (this.reference === undefined) throw new Error('the reference has not been synthesized');
    const { assembly, review } = this.reference;
    const of = ['--assembly', assembly, '--json', '--rate', RATE];
    const { code, stdout, stderr } = await this.command(name, ...of, ...args);
    if (stdout === '') throw new Error(stderr);
    const result = JSON.parse(stdout) as DrillResult & { readonly page: string };
    const validate = new Ajv({ strict: false }).compile(schema);
    expect([validate(result), validate.errors]).toEqual([true, null]);
    expect(result.expectations.filter(({ passed }) => !passed)).toEqual([]);
    expect(disagreements(result, review)).toEqual([]);
    expect(code).toBe(0);
    expect(readFileSync(result.page, 'utf8')).toContain(`<title>Drill ${name}: passed</title>`);
    return result;
  }

  public async runFailover(name: string, ...args: string[]): Promise<FailoverResult> {
    const result = await this.run(name, ...args);
    if (result.flow !== 'failover') throw new Error(`${name} fails nothing over`);
    return result;
  }

  /** Processes and run directories that drills left. */
  private async left(): Promise<readonly (number | string)[]> {
    const directory = join(this.home, 'drill');
    return [...(await gone(this.home)), ...(existsSync(directory) ? [directory] : [])];
  }
}
