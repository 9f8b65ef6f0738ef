#!/usr/bin/env node
// `npx meridian` runs the TypeScript sources through tsx, so that no build step is needed. The whole
// of tsx, not `tsx/cjs` alone: commands load their rooms by `import()`, which that one leaves to Node.
'use strict';
try {
  require('tsx');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error('meridian: its packages are not installed. Remedy: npm ci');
  process.exit(2);
}
void require('./meridian.ts').start();
