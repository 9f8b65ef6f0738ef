import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Report } from '../../lib/tools/twin/run';
import { gone } from './processes';

const CLI = join(resolve(__dirname, '../..'), 'bin/meridian.js');

/** A twin of the real command line, in a run directory of its own. */
export class TestTwin {
  public readonly home = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  private child: ChildProcess | undefined;

  /** @param variables of its own, beside its run directory */
  public constructor(private readonly variables: NodeJS.ProcessEnv = {}) {}

  /** @throws Error with what it said, where it ends before it is ready */
  public start(...args: readonly string[]): Promise<Report> {
    const child = spawn(process.execPath, [CLI, 'twin', 'up', ...args, '--json'], {
      ...{ cwd: this.home, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    this.child = child;
    const heard = { stdout: '', stderr: '' };
    child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
    return new Promise((ready, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        heard.stdout += chunk.toString();
        if (heard.stdout.endsWith('\n')) ready(JSON.parse(heard.stdout) as Report);
      });
      child.once('exit', (code) => {
        reject(new Error(`the twin ended (exit code ${code}):\n${heard.stderr}`));
      });
    });
  }

  /** Ends it in order, and what a killed one left. @returns ids of processes that are left */
  public async stop(): Promise<readonly number[]> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((tell) => child.once('exit', tell));
      child.kill('SIGTERM');
      await ended;
    }
    await new Promise((tell) => {
      execFile(process.execPath, [CLI, 'twin', 'down'], { cwd: this.home, env: this.env }, tell);
    });
    const left = await gone(this.home);
    rmSync(this.home, { recursive: true, force: true });
    return left;
  }

  private get env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], ...this.variables, MERIDIAN_HOME: this.home };
  }
}
