import type { CarryOnResult, DrillResult, FailoverResult, Rto } from '../../drill';

const PARTS: readonly (readonly [keyof Rto, string])[] = [
  ['detect', 'detect'],
  ['decide', 'decide (declared)'],
  ['fence', 'fence'],
  ['lease', 'one lease'],
  ['promote', 'promote'],
  ['home', 'new home'],
  ['steer', 'steer'],
  ['client', 'clients'],
  ['total', 'RTO'],
];

const NO_EVIDENCE =
  'what if replication between Regions were synchronous: no evidence of what the templates declare';

/** What a person reads of a drill. */
export function describeDrill(result: DrillResult & { readonly page: string }): string {
  const { rpo, load, regions } = result;
  return [
    '',
    `${result.passed ? 'passed' : 'FAILED'}  ${result.name}: ${regions.hit} was hit, ${regions.writer} writes`,
    ...(result.whatIf === undefined ? [] : [`  ${NO_EVIDENCE}`]),
    ...result.expectations.map(
      ({ what, passed, observed }) => `  ${passed ? 'ok  ' : 'FAIL'} ${what} (${observed})`,
    ),
    '',
    ...(result.flow === 'failover' ? recovery(result) : measures(result)),
    '',
    `  RPO  ${rpo.lost} of ${rpo.acknowledged} acknowledged writes lost (${rpo.predicted} were not ` +
      `replayed), ${rpo.doubled} doubled` +
      (rpo.oldestLostMs === null ? '' : `; the oldest ${rpo.oldestLostMs} ms before the fault`),
    `  load ${load.acknowledgedPerSecond} writes acknowledged per second before the fault`,
    '',
    `  ${result.page}`,
    '',
  ].join('\n');
}

function recovery({ rto, rtoAsConfigured, timeScale }: FailoverResult): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(10);
  return [
    `  ${'RTO'.padEnd(20)} ${`${timeScale} times as fast`.padStart(16)} ${'as configured'.padStart(14)}`,
    ...PARTS.map(
      ([part, name]) =>
        `  ${name.padEnd(20)} ${seconds(rto[part]).padStart(16)} ${seconds(rtoAsConfigured[part]).padStart(14)}`,
    ),
  ];
}

function measures({ measured, rto }: CarryOnResult): readonly string[] {
  const parts = rto === undefined ? [] : PARTS.filter(([part]) => rto[part] > 0);
  const seconds = (part: keyof Rto) => `${((rto?.[part] ?? 0) / 1000).toFixed(2)} s`.padStart(10);
  return [
    ...parts.map(([part, name]) => `  ${name.padEnd(20)} ${seconds(part)}`),
    ...Object.entries(measured).map(([name, value]) => `  ${name.padEnd(28)} ${value}`),
  ];
}

/** A line for each of several drills. */
export function drillTable(results: readonly DrillResult[]): string {
  const rows = results.map((result) => {
    const { name, passed, rpo, expectations } = result;
    const failed = expectations.filter((it) => !it.passed).length;
    return [
      passed ? 'passed' : 'FAILED',
      name,
      `${expectations.length - failed} of ${expectations.length}`,
      result.rto === undefined ? 'no failover' : `${(result.rto.total / 1000).toFixed(1)} s`,
      result.flow === 'failover'
        ? `${(result.rtoAsConfigured.total / 1000).toFixed(0)} s`
        : 'no failover',
      `${rpo.lost} of ${rpo.acknowledged}`,
      String(rpo.doubled),
    ];
  });
  const head = ['', 'drill', 'as expected', 'RTO', 'as configured', 'lost', 'doubled'];
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const lines = [head, ...rows].map((row) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '),
  );
  return `\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
