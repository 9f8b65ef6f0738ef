/** What no template says: how much there is of each kind, in GB, and how much of it changes. */
export interface BackupAssumptions {
  /** Of each cluster of Aurora. */
  readonly cluster: number;
  /** Of each cluster of Neptune. */
  readonly graph: number;
  /** Of each cluster of DSQL. */
  readonly dsql: number;
  /** Of each table of DynamoDB. */
  readonly table: number;
  /** Of each bucket of S3. */
  readonly bucket: number;
  /** Percent of it that is written anew in a day. */
  readonly change: number;
}

/** Round numbers to compare with, and nobody's: a control table is far smaller, media far greater. */
export const ASSUMED: BackupAssumptions = {
  cluster: 100,
  graph: 100,
  dsql: 100,
  table: 1,
  bucket: 100,
  change: 3,
};

/**
 * The defaults with what `NAME=NUMBER,…` says in their place.
 *
 * @throws RangeError that tells all faults at once
 */
export function assumptionsOf(text: string | undefined): BackupAssumptions {
  if (text === undefined) return ASSUMED;
  const faults: string[] = [];
  const said = text.split(',').flatMap((item): (readonly [string, number])[] => {
    const [name = '', value = '', ...rest] = item.split('=');
    const number = value.trim() === '' ? Number.NaN : Number(value);
    const known = Object.hasOwn(ASSUMED, name) && rest.length === 0;
    if (known && number >= 0 && number <= (name === 'change' ? 100 : 1e9)) return [[name, number]];
    faults.push(JSON.stringify(item));
    return [];
  });
  if (faults.length > 0) {
    throw new RangeError(
      `--assume: ${faults.join(', ')}; allowed: NAME=NUMBER of ${Object.keys(ASSUMED).join(', ')}, ` +
        'in GB and not negative; `change` in percent a day, at most 100',
    );
  }
  return { ...ASSUMED, ...Object.fromEntries(said) };
}
