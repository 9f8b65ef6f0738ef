import { createHash } from 'node:crypto';

/** One step of a domain's schema. Once released, its text never changes. */
export interface Migration {
  /** Rises by one from 1 within the domain. */
  readonly version: number;
  readonly name: string;
  /**
   * `expand` adds what the running code does not mind; `contract` removes what no running code
   * uses any more, in a later release.
   */
  readonly phase: 'expand' | 'contract';
  /** `none` for `create index concurrently`, which PostgreSQL allows only outside of one. */
  readonly transaction: 'own' | 'none';
  readonly sql: string;
}

/** Of everything that runs; recorded with the migration, so that changed history is noticed. */
export function checksum(migration: Migration): string {
  const { phase, transaction, sql } = migration;
  return createHash('sha256')
    .update(JSON.stringify([phase, transaction, sql]))
    .digest('hex');
}
