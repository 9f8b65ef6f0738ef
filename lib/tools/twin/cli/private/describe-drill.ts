import type { DrillResult, Rto } from '../../drill';

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

/** What a person reads of a drill. */
export function describeDrill(result: DrillResult & { readonly page: string }): string {
  const { rto, rtoAsConfigured, rpo, load, regions, timeScale } = result;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(10);
  return [
    '',
    `${result.passed ? 'passed' : 'FAILED'}  ${result.name}: ${regions.hit} was hit, ${regions.writer} writes`,
    ...result.expectations.map(
      ({ what, passed, observed }) => `  ${passed ? 'ok  ' : 'FAIL'} ${what} (${observed})`,
    ),
    '',
    `  ${'RTO'.padEnd(20)} ${`${timeScale} times as fast`.padStart(16)} ${'as configured'.padStart(14)}`,
    ...PARTS.map(
      ([part, name]) =>
        `  ${name.padEnd(20)} ${seconds(rto[part]).padStart(16)} ${seconds(rtoAsConfigured[part]).padStart(14)}`,
    ),
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
