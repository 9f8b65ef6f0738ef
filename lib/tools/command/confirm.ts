import { createInterface } from 'node:readline/promises';
import type { Terminal } from './context';

/** Whether a person says yes; false where nobody sits at a terminal. */
export async function confirm(terminal: Terminal): Promise<boolean> {
  if (terminal.isTTY !== true || !process.stdin.isTTY) return false;
  const line = createInterface({ input: process.stdin, output: terminal });
  try {
    return (await line.question('Do it? Type yes: ')).trim() === 'yes';
  } finally {
    line.close();
  }
}
