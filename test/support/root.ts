import { resolve } from 'node:path';

/** The package's own directory. */
export const ROOT = resolve(__dirname, '../..');
