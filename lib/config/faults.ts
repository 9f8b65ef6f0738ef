/** One thing wrong with a declaration. */
export interface Fault {
  /** Where, for example `regions.eu-central-1.cidr`; empty for the declaration as a whole. */
  readonly path: string;
  /** What stands there, printable and on one line. */
  readonly found: string;
  /** What may stand there, on one line. */
  readonly allowed: string;
}

/** A declaration that cannot be used; its message lists every fault, one on a line. */
export class DeclarationError extends Error {
  public override readonly name = 'DeclarationError';

  public constructor(public readonly faults: readonly Fault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`the declaration has ${count}:`, ...faults.map(line)].join('\n'));
  }
}

function line({ path, found, allowed }: Fault): string {
  return `  ${path === '' ? '(declaration)' : path}: found ${found}; allowed: ${allowed}`;
}
