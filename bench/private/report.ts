import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One measured figure against its limit, both in `unit`. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  /** What the value was derived from, for the reader. */
  readonly basis: string;
}

export function passes(figure: Figure): boolean {
  return figure.value <= figure.limit;
}

const round = (value: number): string => String(Number(value.toPrecision(3)));

/** Writes the table of figures as Markdown. */
export function writeReport(file: string, figures: readonly Figure[], date: Date): void {
  const rows = figures.map(
    (f) =>
      `| ${f.what} | ${round(f.value)} ${f.unit} | ${round(f.limit)} ${f.unit} | ${round(f.value / f.limit)} | ${f.basis} |`,
  );
  const text = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. CPU figures are the least of several runs on a machine that may do',
    'other work; the ratio of value to limit is what to compare between machines.',
    '',
    `Run of ${date.toISOString().slice(0, 10)}: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.`,
    '',
    '| what | measured | limit | ratio | basis |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  writeFileSync(file, text);
}
