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

const synthesizing = { setupFiles: ['<rootDir>/test/support/no-validation.js'] };
const patient = { setupFilesAfterEnv: ['<rootDir>/test/support/patient.js'] };

module.exports = {
  projects: [
    ring('pure'),
    { ...ring('constructs'), ...synthesizing, ...patient },
    { ...ring('assembly'), ...synthesizing, ...patient },
    { ...ring('deploy'), ...synthesizing, ...patient },
    { ...ring('system'), ...synthesizing, ...patient },
    { ...ring('browser'), ...patient },
    // Too slow for `npm test`: a step of `npm run verify`.
    ring('verify'),
  ],
};
