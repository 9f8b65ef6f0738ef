// What drills saw against what the review says of the same losses, a difference a line:
//   node --import tsx scripts/verify/agreement.ts ASSEMBLY DECLARATION < DRILLS.json
import { text } from 'node:stream/consumers';
import { loadDeployment } from '../../lib/tools/declaration';
import type { DrillResult } from '../../lib/tools/twin/drill';
import { disagreements, reviewOf } from '../../test/support/agreement';

async function main([directory = '', declaration = '']: readonly string[]): Promise<void> {
  const { drills } = JSON.parse(await text(process.stdin)) as { readonly drills: DrillResult[] };
  const review = reviewOf(directory, loadDeployment(declaration, { cwd: process.cwd() }));
  for (const drill of drills) for (const line of disagreements(drill, review)) console.log(line);
}

void main(process.argv.slice(2));
