import type { Forwarded } from '..';

/** Headers of a write between Regions, and of one that is sent again (lambda/platform/forward.ts). */
const FORWARDED = 'x-meridian-forwarded-by: ';
const REPEATED = 'x-meridian-repeated: ';

/** Counts requests that servers of a Region send to another, as they come to the line. */
export class ForwardedCount {
  private attempts = 0;
  private repeated = 0;

  public get value(): Forwarded {
    const { attempts, repeated } = this;
    return { attempts, repeated };
  }

  /** What a sender has written at once: the head of a request stands in one piece. */
  public readonly note = (chunk: Buffer): void => {
    this.attempts += occurrences(chunk, FORWARDED);
    this.repeated += occurrences(chunk, REPEATED);
  };
}

function occurrences(chunk: Buffer, words: string): number {
  let count = 0;
  for (let at = chunk.indexOf(words); at >= 0; at = chunk.indexOf(words, at + 1)) count += 1;
  return count;
}
