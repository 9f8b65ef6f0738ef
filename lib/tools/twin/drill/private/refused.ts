/** A drill that cannot be run here; the twin has not been touched, or is as it was. */
export class DrillRefused extends Error {
  public override readonly name = 'DrillRefused';

  public constructor(
    reason: string,
    public readonly remedy: string,
  ) {
    super(`${reason}. Remedy: ${remedy}`);
  }
}
