/**
 * Holds findings against a list of rules that block and a table of counts that may only fall.
 *
 * @param {{
 *   findings: readonly { rule: string, place: string, message: string }[],
 *   asked: ReadonlySet<string>,
 *   blocking: Readonly<Record<string, string>>,
 *   counted: Readonly<Record<string, { most: number, why: string }>>,
 * }} judged `asked`: rules that looked at anything
 * @returns {{ faults: string[], detail: string }}
 */
export function count({ findings, asked, blocking, counted }) {
  const found = new Map();
  for (const { rule } of findings) found.set(rule, (found.get(rule) ?? 0) + 1);
  const blocked = findings
    .filter(({ rule }) => rule in blocking)
    .map(({ rule, place, message }) => `${rule} ${place}: ${message}`);
  const unknown = [...found.keys()]
    .filter((rule) => !(rule in blocking) && !(rule in counted))
    .map((rule) => {
      const { place, message } = findings.find((it) => it.rule === rule);
      return `${rule} ${place}: ${message}: mend it, or count it with a reason`;
    });
  const idle = Object.keys(blocking)
    .filter((rule) => !asked.has(rule))
    .map((rule) => `${rule}: blocks, but has looked at nothing: is it still called so?`);
  const newest = (rule) => findings.filter((it) => it.rule === rule).at(-1).place;
  const changed = Object.entries(counted).flatMap(([rule, { most }]) => {
    const now = found.get(rule) ?? 0;
    if (now > most)
      return [`${rule}: ${now} findings, ${most} were let stand; one is ${newest(rule)}`];
    if (now < most) return [`${rule}: ${now} findings are left of ${most}: lower the number`];
    return [];
  });
  const blocks = Object.keys(blocking).length;
  return {
    faults: [...blocked, ...unknown, ...idle, ...changed],
    detail: `${blocks} checks block, ${findings.length} findings of ${found.size} others are counted`,
  };
}
