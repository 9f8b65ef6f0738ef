// The patch that bundles get (lib/tools/bundle/private/patched-packages.ts), for tests of the sources.
'use strict';
const { createHash } = require('node:crypto');
const { basename } = require('node:path');
const patch = require('../../lib/tools/bundle/patches/postgres-3.4.9.json');

module.exports = {
  process(source, path) {
    const file = patch.files.find((it) => it.file === basename(path));
    const code = file.replacements.reduce((text, { find, replace, times }) => {
      const parts = text.split(find);
      if (parts.length - 1 !== times) throw new Error(`the patch does not fit: ${find}`);
      return parts.join(replace);
    }, source);
    return { code };
  },
  getCacheKey(source) {
    return createHash('sha256').update(JSON.stringify(patch)).update(source).digest('hex');
  },
};
