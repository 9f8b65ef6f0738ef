// In what drills and the review of the same assembly contradict each other, as JSON: `agreement.ts
// ASSEMBLY DECLARATION RESULTS`. Neither has seen the other; `drills.mjs` judges it.
import { readFileSync } from 'node:fs';
import { loadAssembly } from '../../lib/tools/assembly';
import { loadDeployment } from '../../lib/tools/declaration';
import { intentOf } from '../../lib/tools/review';
import { disagreements } from '../../test/support/agreement';
import type { Measured } from '../../test/support/agreement';

const [directory = '', declaration = '', results = ''] = process.argv.slice(2);
const intent = intentOf(loadDeployment(declaration, { cwd: process.cwd() }));
const assembly = loadAssembly(directory);
const drills = JSON.parse(readFileSync(results, 'utf8')) as readonly Measured[];
const faults = drills.flatMap((drill) =>
  disagreements(assembly, intent, drill).map((it) => `${drill.name}: ${it}`),
);
process.stdout.write(JSON.stringify(faults));
