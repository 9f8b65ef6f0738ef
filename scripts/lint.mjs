// `npm run lint`: types, arrows between rooms, format. All three run, so that one call shows all faults.
import { spawnSync } from 'node:child_process';

const steps = [
  ['types', ['node_modules/@typescript/native/bin/tsc', '-p', '.']],
  [
    'eslint',
    ['--max-old-space-size=8192', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ],
  ['prettier', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
];

const failed = steps.filter(([name, args]) => {
  console.log(`lint: ${name}`);
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  console.error(`lint failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exit(1);
}
