/** An assembly that cannot be read: names the file and what is wrong with it. */
export class AssemblyError extends Error {
  public override readonly name = 'AssemblyError';

  public constructor(
    /** Absolute path of the file or directory that is at fault. */
    public readonly file: string,
    /** What is wrong, and where there is one, the remedy. */
    public readonly problem: string,
  ) {
    super(`${file}: ${problem}`);
  }
}
