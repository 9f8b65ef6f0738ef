/** When and where an item was last written; decides which of two concurrent writes stays. */
export interface Version {
  /** Milliseconds since 1970, made strictly increasing per item. */
  readonly time: number;
  /** Region of the write; breaks ties, the same way everywhere. */
  readonly region: string;
}

/** True where `candidate` replaces `current`: last writer wins. */
export function wins(candidate: Version, current: Version | undefined): boolean {
  if (current === undefined || candidate.time !== current.time) {
    return candidate.time > (current?.time ?? -Infinity);
  }
  return candidate.region > current.region;
}

/** The version of a write made now by someone who could see `current`: it always wins over it. */
export function successor(current: Version | undefined, region: string, now: number): Version {
  return { time: Math.max(now, (current?.time ?? 0) + 1), region };
}
