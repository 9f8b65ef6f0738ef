/**
 * The file with Argon2 alone: the package's main module drags in every algorithm, 212 KiB minified.
 */
declare module 'hash-wasm/dist/argon2.umd.min.js' {
  export { argon2id, argon2Verify } from 'hash-wasm';
}
