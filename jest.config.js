/** Four rings, one project each: `npm run test:pure` and so on (test/run.mjs). */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.[cm]?tsx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Hono and its node server ship CommonJS beside ESM; nothing else in the tree needs transforming.
  transformIgnorePatterns: ['/node_modules/'],
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
    ring('system'),
  ],
};
