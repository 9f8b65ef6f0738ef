/** What is proven of a cluster: that it was backed up, that this was copied, that a copy was restored. */
export type Proof = 'backup' | 'copy' | 'restore';

/** A cluster, and the proofs that are asked for. */
export interface Watched {
  /** Its name in the metrics. */
  readonly subject: string;
  readonly arn: string;
  readonly proofs: readonly Proof[];
}

/** The environment variable `WATCHED` as JSON. */
export type WatchedList = readonly Watched[];

export interface Age {
  readonly subject: string;
  readonly proof: Proof;
  readonly hours: number;
}

/** What AWS Backup knows, and where it is told. */
export interface Records {
  /** When the last job of this kind that succeeded ended; `undefined` where there is none. */
  last(proof: Proof, arn: string): Promise<Date | undefined>;
  put(ages: readonly Age[]): Promise<void>;
}

const MS_PER_HOUR = 3_600_000;

/**
 * Tells how old the last proof of each kind is. Where there is none, nothing is told, and where AWS
 * Backup does not answer, neither: silence rings. One cluster's error takes no other's proof away.
 *
 * @throws AggregateError once all others are told, so that the invocation counts as failed
 */
export async function tellAges(
  watched: WatchedList,
  records: Records,
  now: () => Date,
): Promise<readonly Age[]> {
  const asked = watched.flatMap(({ subject, arn, proofs }) =>
    proofs.map(async (proof): Promise<readonly Age[]> => {
      const last = await records.last(proof, arn);
      if (last === undefined) return [];
      const hours = Math.max(now().getTime() - last.getTime(), 0) / MS_PER_HOUR;
      return [{ subject, proof, hours }];
    }),
  );
  const answers = await Promise.allSettled(asked);
  const ages = answers.flatMap((it) => (it.status === 'fulfilled' ? it.value : []));
  if (ages.length > 0) await records.put(ages);
  const errors = answers.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} not asked`);
  return ages;
}

/** The latest of the jobs that count. */
export function latest(dates: readonly (Date | undefined)[]): Date | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.reduce<Date | undefined>(
    (last, date) => (last === undefined || date > last ? date : last),
    undefined,
  );
}
