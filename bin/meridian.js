#!/usr/bin/env node
// `npx meridian` runs the TypeScript sources through tsx, so that no build step is needed. The whole
// of tsx, not `tsx/cjs` alone: commands load their rooms by `import()`, which that one leaves to Node.
'use strict';
require('tsx');
require('./meridian.ts');
