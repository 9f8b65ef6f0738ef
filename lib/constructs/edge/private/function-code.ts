/** CloudFront takes at most this many bytes of function code. */
const MOST_BYTES = 10_240;

/**
 * Code of a CloudFront function from its lines.
 *
 * @param what it is, in a sentence
 * @throws RangeError if it is more than CloudFront takes
 */
export function functionCode(what: string, lines: readonly string[]): string {
  const code = lines.join('\n');
  const bytes = Buffer.byteLength(code);
  if (bytes > MOST_BYTES) {
    throw new RangeError(`${what} must be at most ${MOST_BYTES} bytes, got: ${bytes}`);
  }
  return code;
}
