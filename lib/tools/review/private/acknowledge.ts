import { isJsonList, isJsonObject, property } from '../../assembly';
import type { Acknowledgement, Finding } from '../model';
import type { View } from './view';

/** A finding that somebody accepted. */
export interface Accepted extends Finding {
  readonly reason: string;
  readonly expires: string;
}

/** Metadata of a resource under which its template acknowledges findings. */
const METADATA = 'MeridianReview';

/**
 * Sets aside what is acknowledged, in the declaration or in a resource's metadata. An acknowledgement
 * that has expired, or that nothing needs any more, is itself a finding.
 */
export function settle(
  findings: readonly Finding[],
  view: View,
  today: Date,
  /** Rules that were not asked this time: what accepts their findings may be needed. */
  unasked: ReadonlySet<string> = new Set(),
): { readonly open: readonly Finding[]; readonly accepted: readonly Accepted[] } {
  const day = today.toISOString().slice(0, 10);
  const all = [...(view.intent.acknowledgements ?? []), ...fromMetadata(view)];
  const used = new Set<Acknowledgement>();
  const open: Finding[] = [];
  const accepted: Accepted[] = [];
  for (const finding of findings) {
    const acknowledged = all.find((it) => matches(it, finding));
    if (acknowledged !== undefined) used.add(acknowledged);
    if (acknowledged === undefined || acknowledged.expires < day) open.push(finding);
    else accepted.push({ ...finding, reason: acknowledged.reason, expires: acknowledged.expires });
  }
  for (const it of all) {
    if (it.expires < day) open.push(note(it, `expired on ${it.expires}: ${it.reason}`, view));
    else if (!used.has(it) && !unasked.has(it.rule))
      open.push(note(it, `nothing is found here any more: ${it.reason}`, view));
  }
  return { open, accepted };
}

function matches({ rule, resource = '*' }: Acknowledgement, finding: Finding): boolean {
  return rule === finding.rule && like(resource).test(finding.resource);
}

/** A pattern in which `*` stands for any characters. */
export function like(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 's');
}

function note(it: Acknowledgement, message: string, view: View): Finding {
  const [first] = view.assembly.stacks.values();
  const named = it.resource === undefined ? undefined : view.assembly.resource(it.resource);
  return {
    rule: 'acknowledgement-stale',
    severity: 'warning',
    resource: it.resource ?? '*',
    stack: named?.stack.id ?? first?.id ?? '',
    region: named?.stack.region ?? first?.region ?? '',
    message: `the acknowledgement of ${it.rule} ${message}`,
    remedy: 'Renew it with a reason that holds today, repair what it excused, or remove it.',
  };
}

function fromMetadata(view: View): readonly Acknowledgement[] {
  return view.all().flatMap(({ key, metadata }) => {
    const section = property(metadata, METADATA);
    const listed = isJsonObject(section) ? property(section, 'acknowledge') : undefined;
    return (isJsonList(listed) ? listed : []).flatMap((entry) => {
      if (!isJsonObject(entry)) return [];
      const { rule, reason, expires } = entry;
      const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
      if (!isText(rule) || !isText(reason) || !isText(expires)) return [];
      return [{ rule, resource: key, reason, expires }];
    });
  });
}
