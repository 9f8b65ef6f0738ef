// Writes docs/rules from the rules of the review; a test holds the two together.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rulePages } from '../lib/tools/review';

const directory = resolve(__dirname, '../docs/rules');
mkdirSync(directory, { recursive: true });
const pages = rulePages();
for (const file of readdirSync(directory)) {
  if (!pages.has(file)) rmSync(join(directory, file));
}
for (const [file, text] of pages) writeFileSync(join(directory, file), text);
console.log(`${pages.size} pages in docs/rules`);
