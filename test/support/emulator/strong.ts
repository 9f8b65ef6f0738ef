import type { Synthesized } from '../assembly';

/** What of the reference `strong` holds data, or says where copies of it are: all that the ring deploys of it. */
const DATA = /^(Backups|Store|Peering|Proxies|UploadReplication|Control|RecoveryReports)(-|$)/;

/** Ids of the stacks, without those that they stand on, which the CDK deploys with them. */
export function strongData({ stacks }: Synthesized): readonly string[] {
  return [...stacks.keys()].filter((id) => DATA.test(id));
}

/** The same with all that they stand on. */
export function strongDeployed(assembly: Synthesized): readonly string[] {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const before of assembly.stacks.get(id)?.dependencies ?? []) visit(before);
  };
  for (const id of strongData(assembly)) visit(id);
  return [...found].sort();
}
