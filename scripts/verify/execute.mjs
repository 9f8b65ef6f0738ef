import { spawn } from 'node:child_process';

/** Runs a program to its end. @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} */
export function execute(program, args, { cwd, env = process.env, input = '' }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined).end(input);
    const heard = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (chunk) => (heard[stream] += chunk));
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...heard }));
  });
}
