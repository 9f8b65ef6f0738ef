import type { CostLine, CostReport, UnknownCost } from './report';

/** The report as text for a person. */
export function formatReport(report: CostReport): string {
  const { total, prices, hoursPerMonth, lines } = report;
  return [
    `Left on and unused, this deployment costs ${dollars(total.perMonth)} a month ` +
      `(${hoursPerMonth} h; ${dollars(total.perHour)} an hour).`,
    '',
    ...serviceTable(lines),
    '',
    ...regionTable(lines),
    '',
    ...unknownLines(report.unknown),
    `Prices are those of ${prices.region} for every Region, as of ${prices.asOf}.`,
    'Free allowances of the account are not subtracted.',
    `Not included is what use drives (requests, traffic, storage, I/O) of: ${names(report)}.`,
    '',
  ].join('\n');
}

function serviceTable(lines: readonly CostLine[]): readonly string[] {
  const rows = groupBy(lines, ({ service, item }) => `${service}\0${item}`).map((group) => {
    const quantity = group.reduce((sum, line) => sum + line.quantity, 0);
    const [first] = group;
    return {
      sum: sumOf(group),
      cells: [first.service, first.item, String(quantity), price(first), dollars(sumOf(group))],
    };
  });
  rows.sort((one, other) => other.sum - one.sum);
  return table(
    ['Service', 'What', 'Count', 'Price', 'Per month'],
    [...rows.map(({ cells }) => cells), ['Total', '', '', '', dollars(sumOf(lines))]],
  );
}

function regionTable(lines: readonly CostLine[]): readonly string[] {
  const rows = groupBy(lines, ({ region }) => region).map((group) => [
    group[0].region,
    dollars(sumOf(group)),
  ]);
  return table(['Region', 'Per month'], rows);
}

function unknownLines(unknown: readonly UnknownCost[]): readonly string[] {
  if (unknown.length === 0) return [];
  const groups = groupBy(unknown, ({ type, reason }) => `${type}\0${reason}`);
  return [
    'Unknown, and not in the total:',
    ...groups.map(
      (group) => `  ${group[0].type} (${group.length}): ${group[0].reason}; ${group[0].resource}`,
    ),
    '',
  ];
}

function names({ usageDriven }: CostReport): string {
  if (usageDriven.length === 0) return 'nothing';
  return usageDriven.map((type) => type.replace(/^AWS::/, '').replace('::', ' ')).join(', ');
}

function price({ unitPrice, unit }: CostLine): string {
  return `${unitPrice}/${unit}`;
}

function dollars(amount: number): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `$${amount.toLocaleString('en-US', digits)}`;
}

function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { perMonth }) => sum + perMonth, 0);
}

type NonEmpty<T> = [T, ...T[]];

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly NonEmpty<T>[] {
  const groups = new Map<string, NonEmpty<T>>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Columns under headings; those that hold numbers, the price included, are set to the right. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = headings.map((heading) => ['Count', 'Price', 'Per month'].includes(heading));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)];
}
