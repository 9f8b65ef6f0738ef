import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Message } from './queue';

type Line = { readonly added: Message } | { readonly removed: string };

/** What a queue holds, as a file to which each change is appended before it is acknowledged. */
export class Journal {
  public constructor(private readonly path: string) {}

  /** What was there when the process before ended. */
  public read(): readonly Message[] {
    if (!existsSync(this.path)) return [];
    const messages = new Map<string, Message>();
    for (const text of readFileSync(this.path, 'utf8').split('\n')) {
      const line = parse(text);
      if (line === undefined) continue;
      if ('added' in line) messages.set(line.added.id, line.added);
      else messages.delete(line.removed);
    }
    const left = [...messages.values()];
    writeFileSync(this.path, left.map((added) => `${JSON.stringify({ added })}\n`).join(''));
    return left;
  }

  public added(message: Message): void {
    this.append({ added: message });
  }

  /** @param empty whether nothing is left: the file begins anew */
  public removed(id: string, empty: boolean): void {
    if (empty) writeFileSync(this.path, '');
    else this.append({ removed: id });
  }

  private append(line: Line): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

/** The last line of a process that was killed may be cut off. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
