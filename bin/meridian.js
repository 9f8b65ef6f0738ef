#!/usr/bin/env node
// `npx meridian` runs the TypeScript sources through tsx, so that no build step is needed.
'use strict';
require('tsx/cjs');
require('./meridian.ts');
