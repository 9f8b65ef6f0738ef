import type { BackupCost } from './backups';
import type { CostLine, CostReport, UnknownCost } from './report';

/** The report as text for a person. */
export function formatReport(report: CostReport): string {
  const { total, prices, hoursPerMonth, lines } = report;
  return [
    `Left on and unused, this deployment costs ${dollars(total.perMonth)} a month ` +
      `(${hoursPerMonth} h; ${dollars(total.perHour)} an hour).`,
    ...budgetLines(report),
    '',
    ...serviceTable(lines),
    '',
    ...regionTable(lines),
    '',
    ...wayLines(report),
    ...unknownLines(report.unknown),
    ...backupLines(report.backups),
    ...spanLines(report.spans),
    `Prices are those of ${prices.region} for every Region, as of ${prices.asOf}.`,
    'Free allowances of the account are not subtracted.',
    `Not included is what use drives (requests, traffic, storage, I/O) of: ${names(report)}.`,
    '',
  ].join('\n');
}

function budgetLines({ budget }: CostReport): readonly string[] {
  if (budget === null) return [];
  const { perMonth, left } = budget;
  const declared = `the declared budget of ${dollars(perMonth)} a month`;
  return left < 0
    ? [`WARNING: that is ${dollars(-left)} more than ${declared}, before anybody uses it.`]
    : [`Of ${declared} ${dollars(left)} are left for use.`];
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

function wayLines({ waysOut: { lines, endpointPaysFromGb } }: CostReport): readonly string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ region, way, quantity, perMonth, perGb }) => [
    ...[region, way === 'nat' ? 'NAT gateways' : 'endpoints, each zone'],
    ...[String(quantity), `${perGb}/GB`, dollars(perMonth)],
  ]);
  const pays =
    endpointPaysFromGb === null
      ? []
      : [`Beside NAT an endpoint in three zones pays from ${endpointPaysFromGb} GB a month on.`];
  return [
    'Of that, ways out of private subnets, which bill what they carry beside:',
    ...table(['Region', 'By', 'Count', 'Price', 'Per month'], rows),
    ...pays,
    '',
  ];
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

/** Of backups, by what is kept in which Region. */
function backupLines(cost: BackupCost): readonly string[] {
  const { assumed, perMonth, lines, unpriced, unknown } = cost;
  if (lines.length + unpriced.length + unknown.length === 0) return [];
  const { change, ...sizes } = assumed;
  const held = Object.entries(sizes).map(([kind, gb]) => `${gb} GB a ${kind}`);
  const rows = groupBy(lines, ({ kind, kept, region }) => `${kind}\0${kept}\0${region}`).map(
    (group) => [
      ...[group[0].kind, group[0].kept, group[0].region],
      String(Math.round(group.reduce((sum, { gb }) => sum + gb, 0))),
      `${group[0].unitPrice}/month`,
      dollars(group.reduce((sum, line) => sum + line.perMonth, 0)),
    ],
  );
  return [
    `Beside that, storage of backups: at the most ${dollars(perMonth)} a month, once the oldest are as`,
    `old as they get. Assumed (--assume): ${held.join(', ')}; ${change} % of it changed in a day.`,
    ...table(['Of', 'Kept as', 'Region', 'Count', 'Price', 'Per month'], rows),
    ...unpriced.map(
      ({ kind, kept, region, gb }) =>
        `  ${kind} ${kept} ${region}: ${Math.round(gb)} GB, at a price that is not known`,
    ),
    ...unknown.map((plan) => `  ${plan}: does not say what is kept for how long`),
    '',
  ];
}

function spanLines({ lines, perGb }: CostReport['spans']): readonly string[] {
  if (lines.length === 0) return [];
  const price = perGb === null ? 'a price a GB that is not known' : `${perGb}/GB`;
  return [
    `Beside that, spans of traces (observability.tracing), at ${price}:`,
    ...lines.map(
      ({ region, senders, tracedByLambda }) =>
        `  ${region}: roles that send them: ${senders}, functions that Lambda traces: ${tracedByLambda}`,
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
