/** A failover that would be unsafe or impossible, with what has been changed so far and the remedy. */
export class FailoverRefused extends Error {
  public override readonly name = 'FailoverRefused';

  public constructor(
    reason: string,
    public readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${reason}. Remedy: ${remedy}`, options);
  }
}
