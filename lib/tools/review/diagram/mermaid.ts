import type { Picture, RegionPicture } from './picture';

/** The picture as a Mermaid flow chart. */
export function formatMermaid(picture: Picture): string {
  const { edge, dns, regions, tables } = picture;
  const lines = ['flowchart TB', '  users(["users"])'];
  if (edge !== undefined) lines.push(`  users --> cdn[${quoted('CloudFront', edge.name)}]`);
  if (dns !== undefined) {
    const checks = dns.checked ? ', health checks' : '';
    lines.push(`  dns{{${quoted(dns.name, `${dns.policy} records${checks}`)}}}`);
    if (edge === undefined) lines.push('  users --> dns');
  }
  for (const [index, it] of regions.entries()) lines.push(...regionLines(it, index));
  for (const [index, path] of (edge?.paths ?? []).entries()) {
    if (path.to === 'dns') lines.push(`  cdn -- ${quoted(path.path)} --> dns`);
    else
      lines.push(
        `  cdn -- ${quoted(path.path)} --> files${index}[(${quoted('files in', path.regions.join(', '))})]`,
      );
  }
  for (const index of regions.keys()) if (dns !== undefined) lines.push(`  dns --> lb${index}`);
  lines.push(...replication(picture));
  for (const [index, { name, regions: where, strong }] of tables.entries()) {
    const kind = strong ? 'strongly consistent' : 'global table';
    lines.push(`  table${index}[(${quoted(name, kind, where.join(', '))})]`);
    lines.push(`  table${index} --- ${regions.map((_, at) => `run${at}`).join(' & ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function regionLines(it: RegionPicture, index: number): readonly string[] {
  const title = [it.region, it.city, it.writes.length > 0 ? 'writes' : ''].filter(
    (part) => part !== '',
  );
  return [
    `  subgraph region${index}[${quoted(title.join(' · '))}]`,
    `    lb${index}[${quoted(it.front ?? 'entry')}] --> run${index}[${quoted(...(it.compute.length > 0 ? it.compute : ['compute']))}]`,
    ...(it.database === undefined
      ? []
      : [`    run${index} --> db${index}[(${quoted(it.database)})]`]),
    ...(it.cache === undefined ? [] : [`    run${index} --- cache${index}[(${quoted(it.cache)})]`]),
    '  end',
  ];
}

function replication({ regions, replicates }: Picture): readonly string[] {
  if (!replicates) return [];
  return regions.flatMap((from, at) =>
    from.writes.length === 0
      ? []
      : regions.flatMap((to, other) => [
          ...(other === at || to.database === undefined ? [] : [`  db${at} ==> db${other}`]),
          ...(other === at ? [] : [`  run${other} -. "writes" .-> lb${at}`]),
        ]),
  );
}

/** Lines of a label; quotes and angle brackets of names must not end it. */
function quoted(...lines: readonly string[]): string {
  const escape = (text: string): string =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;');
  return `"${lines.map(escape).join('<br/>')}"`;
}
