/** One project per ring, by the suffix of its files: `npm run test:pure` and so on (test/run.mjs). */
const common = {
  testEnvironment: 'node',
  transform: {
    '/node_modules/postgres/cjs/src/(connection|index)\\.js$':
      '<rootDir>/test/support/patched-packages.js',
    '^.+\\.[cm]?tsx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Packages ship CommonJS beside ESM; only what is patched needs transforming.
  transformIgnorePatterns: ['/node_modules/(?!postgres/cjs/src/(connection|index)\\.js$)'],
  rootDir: __dirname,
};

const ring = (displayName) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/test/**/*.${displayName}.test.ts`],
});

module.exports = {
  projects: [
    ring('pure'),
    { ...ring('constructs'), setupFiles: ['<rootDir>/test/support/no-validation.js'] },
    { ...ring('assembly'), setupFiles: ['<rootDir>/test/support/no-validation.js'] },
    { ...ring('deploy'), setupFiles: ['<rootDir>/test/support/no-validation.js'] },
    { ...ring('system'), setupFiles: ['<rootDir>/test/support/no-validation.js'] },
    ring('browser'),
    // Too slow for `npm test`: a step of `npm run verify`.
    ring('verify'),
  ],
};
