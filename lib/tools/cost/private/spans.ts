import type { Assembly } from '../../assembly';
import { findPrice } from './prices';
import { propertiesOf } from './properties';

/** Who sends spans of traces from a Region. */
export interface SpansLine {
  readonly region: string;
  /** Policies that let a role send spans of its own to X-Ray's endpoint. */
  readonly senders: number;
  /** Functions that Lambda traces by itself. */
  readonly tracedByLambda: number;
}

/** Spans of traces, which bill by the GB beside the total. */
export interface SpansCost {
  /** One for each Region that sends any. */
  readonly lines: readonly SpansLine[];
  /** US dollars a GB; null where it is not known, which is never zero. */
  readonly perGb: number | null;
}

const MAY_SEND = /"xray:(\*|Put\*|PutSpans\*?)"/;

/** Told by what roles may do, so that functions, tasks and instances are found alike. */
export function spans(assembly: Assembly): SpansCost {
  const resources = assembly.resources().filter(({ included }) => included !== false);
  const regions = [...new Set(resources.map(({ stack }) => stack.region))];
  const lines = regions.map((region) => {
    const here = resources.filter(({ stack }) => stack.region === region);
    const senders = here.filter(
      ({ type, properties }) =>
        type.startsWith('AWS::IAM::') && MAY_SEND.test(JSON.stringify(properties)),
    );
    const traced = here.filter(
      (it) =>
        it.type === 'AWS::Lambda::Function' &&
        propertiesOf(it, assembly).value('TracingConfig', 'Mode') === 'Active',
    );
    return { region, senders: senders.length, tracedByLambda: traced.length };
  });
  return {
    lines: lines.filter(({ senders, tracedByLambda }) => senders + tracedByLambda > 0),
    perGb: findPrice('xray.spanGb')?.usd ?? null,
  };
}
