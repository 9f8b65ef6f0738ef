import awscdk from 'eslint-plugin-awscdk';
import tseslint from 'typescript-eslint';

/** Import patterns that a room may not reach, with the reason shown to whoever tries. */
const arrows = (...groups) => ({
  'no-restricted-imports': 'off',
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: groups }],
});
const not = (group, message, extra = {}) => ({ group, message, ...extra });

const NO_CDK = not(
  ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
  'this room is plain data and functions: no CDK',
);
const up = (...rooms) => rooms.flatMap((room) => [`**/${room}/*`, `**/${room}`]);
const NO_LAMBDA = not(
  up('lambda'),
  'only `import type` of lambda/environment or lambda/topology, from constructs and tools/twin',
);
const LAMBDA_TYPES = [
  not(
    ['**/lambda/**', '!**/lambda/environment', '!**/lambda/topology'],
    'only the types of lambda/environment and lambda/topology',
  ),
  not(['**/lambda/environment', '**/lambda/topology'], '`import type` only', {
    allowTypeImports: true,
  }),
];
const PRIVATE = not(
  ['**/*/private/*', '!./private/*', '!../private/*'],
  'a folder is entered through its index',
);

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', 'cdk.out/', 'coverage/', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowConstructorOnly: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['lib/config/**'],
    rules: arrows(
      NO_CDK,
      NO_LAMBDA,
      not(up('constructs', 'stacks', 'stages', 'tools', 'bin'), 'config imports no other room'),
    ),
  },
  {
    files: ['lib/constructs/**'],
    ...awscdk.configs.strict,
    rules: {
      ...awscdk.configs.strict.rules,
      ...arrows(
        ...LAMBDA_TYPES,
        not(up('stacks', 'stages', 'tools', 'bin'), 'constructs → config only'),
      ),
    },
  },
  {
    files: ['lib/stacks/**'],
    ...awscdk.configs.strict,
    rules: {
      ...awscdk.configs.strict.rules,
      ...arrows(NO_LAMBDA, not(up('stages', 'tools', 'bin'), 'stacks → constructs → config only')),
    },
  },
  {
    files: ['lib/stages/**'],
    ...awscdk.configs.strict,
    rules: {
      ...awscdk.configs.strict.rules,
      ...arrows(NO_LAMBDA, not(up('tools', 'bin'), 'stages → stacks → constructs → config only')),
    },
  },
  {
    files: ['lib/tools/**'],
    rules: arrows(
      NO_CDK,
      NO_LAMBDA,
      PRIVATE,
      not(
        up('constructs', 'stacks', 'stages', 'bin'),
        'tools read the assembly, never the constructs',
      ),
    ),
  },
  {
    files: ['lib/tools/twin/**'],
    rules: arrows(
      NO_CDK,
      PRIVATE,
      ...LAMBDA_TYPES,
      not(
        up('constructs', 'stacks', 'stages', 'bin'),
        'tools read the assembly, never the constructs',
      ),
    ),
  },
  {
    // Bodies of answers are what is tested: an expectation, not a type, says what they hold.
    files: ['test/conformance/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['lambda/**'],
    rules: arrows(NO_CDK, not(['**/lib/**'], 'the workload imports nothing of lib/')),
  },
  {
    files: ['test/**', 'bench/**', 'scripts/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
