import { randomBytes } from 'node:crypto';
import { argon2id, argon2Verify } from 'hash-wasm/dist/argon2.umd.min.js';

/**
 * Argon2id as OWASP advises: 19 MiB, two passes, one lane.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const PARAMETERS = { memorySize: 19 * 1024, iterations: 2, parallelism: 1, hashLength: 32 };

/**
 * What is verified where there is no user: of no password, and ready without work, so that the first
 * unknown address after a start costs as much as any other.
 */
const DECOY = [
  ...['', 'argon2id', 'v=19'],
  `m=${PARAMETERS.memorySize},t=${PARAMETERS.iterations},p=${PARAMETERS.parallelism}`,
  ...[randomText(16), randomText(PARAMETERS.hashLength)],
].join('$');

/** A PHC string; parameters travel with the hash, so that they can be raised later. */
export function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return argon2id({ ...PARAMETERS, password: canonical(password), salt, outputType: 'encoded' });
}

/** Takes as long without a hash as with one, so that time does not tell which addresses exist. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const matches = await argon2Verify({ password: canonical(password), hash: hash ?? DECOY });
  return matches && hash !== undefined;
}

/** Base64 as PHC strings have it, without padding. */
function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}

/** One form for what looks the same on different keyboards (NIST SP 800-63B, 3.1.1.2). */
function canonical(password: string): string {
  return password.normalize('NFKC');
}
