import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One measured figure against its limit, both in `unit`. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** Without one, it is told and held to nothing. */
  readonly limit: number | undefined;
  readonly unit: string;
  /** What the value was derived from, for the reader. */
  readonly basis: string;
}

export function passes(figure: Figure): boolean {
  return figure.limit === undefined || figure.value <= figure.limit;
}

const round = (value: number): string => String(Number(value.toPrecision(3)));

export interface Run {
  readonly date: Date;
  /** Only some steps were run: the others' rows stay as they are. */
  readonly part: boolean;
}

/** Writes the table of figures as Markdown. */
export function writeReport(file: string, figures: readonly Figure[], { date, part }: Run): void {
  const day = date.toISOString().slice(0, 10);
  const kept = part && existsSync(file) ? rowsOf(readFileSync(file, 'utf8')) : [];
  const rows = new Map(kept);
  for (const f of figures) {
    const { limit } = f;
    const held =
      limit === undefined ? '— | —' : `${round(limit)} ${f.unit} | ${round(f.value / limit)}`;
    const row = `| ${f.what} | ${round(f.value)} ${f.unit} | ${held} | ${f.basis} | ${day} |`;
    rows.set(f.what, row);
  }
  const text = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. CPU figures are the least of several runs on a machine that may do',
    'other work; the ratio of value to limit is what to compare between machines. A row without a limit is told and',
    'held to nothing; [ADR 0064](adr/0064-short-turns-while-connections-come.md) says how loads are made.',
    '',
    `Last run: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.`,
    '',
    '| what | measured | limit | ratio | basis | on |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.values(),
    '',
  ].join('\n');
  writeFileSync(file, text);
}

/** Rows of an earlier report, by what they are of. */
function rowsOf(text: string): readonly (readonly [what: string, row: string])[] {
  const [, day = ''] = /^Run of (\S+):/m.exec(text) ?? [];
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (what|---) \|/.test(line))
    .map((line) => {
      const cells = line.split(' | ');
      return [cells[0]?.slice(2) ?? '', cells.length < 6 ? `${line} ${day} |` : line] as const;
    });
}
