import { randomBytes } from 'node:crypto';

/** One state of a draft, which never changes; where it stands among the others. */
export interface Revision {
  /** Begins with the time of its Region. */
  readonly id: string;
  /** What it was made from: none for the first, several where it joins branches. */
  readonly parents: readonly string[];
  /** One more than the greatest of its parents'. */
  readonly generation: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Where it was written. */
  readonly region: string;
  readonly title: string;
  /** The draft ends here. */
  readonly deleted: boolean;
  /** The article that it became. */
  readonly slug?: string;
}

/** What a draft is, by all of its revisions that are known. */
export interface Outcome {
  /** What is shown; `undefined` where nothing is known of the draft. */
  readonly winner: Revision | undefined;
  /** What was written beside it by somebody who did not know of it; the best first. */
  readonly conflicts: readonly Revision[];
}

/** Of a moment, and unlike any other Region's. */
export function newRevisionId(now: number): string {
  return now.toString(36).padStart(9, '0') + randomBytes(8).toString('hex');
}

export function isRevisionId(text: string): boolean {
  return /^[0-9a-z]{9}[0-9a-f]{16}$/.test(text);
}

/**
 * The merge rule, the same wherever it is asked (docs/adr/0042-drafts-are-revisions.md): of the revisions
 * that nothing was made from, one that is no deletion wins before one that is, then the one with the longer
 * history, then the later one, then the greater id. It looks at the set alone, so that Regions that know the same
 * revisions agree, in whatever order these came.
 */
export function mergeRevisions(revisions: readonly Revision[]): Outcome {
  const replaced = new Set(revisions.flatMap(({ parents }) => parents));
  const [winner, ...conflicts] = ranked(revisions.filter(({ id }) => !replaced.has(id)));
  return { winner, conflicts: conflicts.filter(({ deleted }) => !deleted) };
}

/** The best first. */
export function ranked(revisions: readonly Revision[]): readonly Revision[] {
  return [...revisions].sort(
    (a, b) =>
      Number(a.deleted) - Number(b.deleted) ||
      b.generation - a.generation ||
      (a.id < b.id ? 1 : -1),
  );
}
