import { brotliCompressSync } from 'node:zlib';

/** What the module of hash-wasm with Argon2 alone exports for us. */
const NAMES = 'argon2id, argon2Verify';
const WASM = /"([A-Za-z0-9+/=]{4000,})"/g;
/** Argon2, and the BLAKE2b that it begins and ends with. */
const MODULES = 2;
/** How it reads one of them, once, when the first password is hashed. */
const READ = 'const I=a(A.data),i=WebAssembly.compile(I.buffer);';

/**
 * Modules of WebAssembly hold the same few instructions again and again, and stand in the package as base64: packed,
 * less than a third of it is left, 14 KiB less on the request path. They are unpacked when the first password is hashed.
 *
 * @param source of `hash-wasm/dist/argon2.umd.min.js`
 * @returns the same as an ES module
 * @throws Error where they do not stand where they stood
 */
export function withPackedWasm(source: string): string {
  const modules = source.match(WASM)?.length ?? 0;
  const reads = source.split(READ).length - 1;
  if (modules !== MODULES || reads !== 1)
    throw new Error(
      `hash-wasm: expected ${MODULES} modules and one place that reads them, found ${modules} and ${reads}`,
    );
  const packed = source
    .replace(WASM, (_, base64: string) => `"${pack(base64)}"`)
    .replace(READ, 'const i=WebAssembly.compile(unpack(A.data));');
  return `import { brotliDecompressSync } from 'node:zlib';
const unpack = (text) => brotliDecompressSync(Buffer.from(text, 'base64'));
const exports = {}, module = {};
${packed}
export const { ${NAMES} } = exports;
`;
}

function pack(base64: string): string {
  return brotliCompressSync(Buffer.from(base64, 'base64')).toString('base64');
}
