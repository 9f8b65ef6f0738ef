/** A day that a field of days asks for beside plain numbers. */
export type Special =
  /** The last day of the month, or the last such day of the week in it. */
  | { readonly kind: 'last'; readonly weekday?: number }
  /** The weekday nearest to a day of the month. */
  | { readonly kind: 'nearest'; readonly day: number }
  /** The so manieth such day of the week in the month. */
  | { readonly kind: 'nth'; readonly weekday: number; readonly nth: number };

/** What one of the six fields allows. */
export interface Field {
  /** `?`: the other field of days decides. */
  readonly open: boolean;
  readonly values: ReadonlySet<number>;
  readonly specials: readonly Special[];
}

interface Kind {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for numbers, the first for the least. */
  readonly words?: readonly string[];
}

const KINDS: readonly Kind[] = [
  { name: 'minutes', least: 0, most: 59 },
  { name: 'hours', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  {
    ...{ name: 'month', least: 1, most: 12 },
    words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  },
  {
    ...{ name: 'day of the week', least: 1, most: 7 },
    words: 'SUN MON TUE WED THU FRI SAT'.split(' '),
  },
  { name: 'year', least: 1970, most: 2199 },
];
const [DAY, WEEKDAY] = [2, 4];

/**
 * The six fields between the parentheses of `cron(…)`.
 *
 * @throws Error naming each field that is none
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function readFields(expression: string): readonly Field[] {
  const texts = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (texts.length !== KINDS.length) {
    throw new Error(`a schedule must be "cron(…)" of six fields, got: ${expression}`);
  }
  const faults: string[] = [];
  const fields = KINDS.map((kind, at) => {
    const field = readField(texts[at] ?? '', kind, at);
    if (field === undefined) {
      faults.push(`${kind.name} must be of ${kind.least} to ${kind.most}, got: ${texts[at] ?? ''}`);
    }
    return field ?? { open: true, values: new Set<number>(), specials: [] };
  });
  const [day, weekday] = [fields[DAY], fields[WEEKDAY]];
  if (faults.length === 0 && day?.open === weekday?.open) {
    faults.push('one of day of the month and day of the week must be "?", and not both');
  }
  if (faults.length > 0) throw new Error(`${expression}: ${faults.join('; ')}`);
  return fields;
}

function readField(text: string, kind: Kind, at: number): Field | undefined {
  const isDay = at === DAY || at === WEEKDAY;
  if (text === '?') return isDay ? { open: true, values: new Set(), specials: [] } : undefined;
  const values = new Set<number>();
  const specials: Special[] = [];
  for (const part of text.split(',')) {
    const special = isDay ? readSpecial(part.toUpperCase(), kind, at === WEEKDAY) : undefined;
    const found = special === undefined ? readPart(part, kind) : [];
    if (found === undefined) return undefined;
    if (special !== undefined) specials.push(special);
    for (const value of found) values.add(value);
  }
  return { open: false, values, specials };
}

function readSpecial(text: string, kind: Kind, ofWeek: boolean): Special | undefined {
  if (!ofWeek) {
    if (text === 'L') return { kind: 'last' };
    const day = numberOf(/^(\d+)W$/.exec(text)?.[1] ?? '', kind);
    return day === undefined ? undefined : { kind: 'nearest', day };
  }
  if (text === 'L') return undefined;
  const [, name = '', what = ''] = /^([A-Z]+|\d)(L|#[1-5])$/.exec(text) ?? [];
  const weekday = numberOf(name, kind);
  if (weekday === undefined) return undefined;
  if (what === 'L') return { kind: 'last', weekday };
  return { kind: 'nth', weekday, nth: Number(what.slice(1)) };
}

/** `*`, `5`, `MON-FRI`, `*` with a step, `0/15` or `8-17/2`; undefined for what is none of them. */
function readPart(text: string, kind: Kind): readonly number[] | undefined {
  // Saturday, as a day of the week alone.
  if (text.toUpperCase() === 'L' && kind.name === 'day of the week') return [kind.most];
  const [range = '', step, ...rest] = text.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined;
  const [first = '', last, ...more] = range.split('-');
  if (more.length > 0) return undefined;
  const from = range === '*' ? kind.least : numberOf(first, kind);
  const open = range === '*' || (step !== undefined && last === undefined);
  const to = open ? kind.most : last === undefined ? from : numberOf(last, kind);
  if (from === undefined || to === undefined) return undefined;
  // FRI-MON goes over the end of the week.
  const end = to < from ? to + kind.most - kind.least + 1 : to;
  const values: number[] = [];
  for (let value = from; value <= end; value += Number(step ?? 1)) {
    values.push(value > kind.most ? value - kind.most + kind.least - 1 : value);
  }
  return values;
}

function numberOf(text: string, { least, most, words }: Kind): number | undefined {
  const word = words?.indexOf(text.toUpperCase()) ?? -1;
  if (word >= 0) return least + word;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
}
