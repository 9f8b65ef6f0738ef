/** 1: what was asked for was found wanting or failed; 2: the input cannot be used. */
export type FailureCode = 1 | 2;

/** A failure that a person can do something about: told in its message alone, without a stack. */
export class CommandError extends Error {
  public override readonly name: string = 'CommandError';

  public constructor(
    message: string,
    public readonly exitCode: FailureCode,
  ) {
    super(message);
  }
}
