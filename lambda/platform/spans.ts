import type { AwsSettings } from '../environment';
import { callHttp } from './http';
import { Signer } from './sign';
import type { Span } from './trace';

export interface SpanSink {
  readonly region: string;
  /** Which program they are of: `api`, `work`. */
  readonly program: string;
  readonly aws: AwsSettings;
  readonly timeoutMs?: number;
}

/** As OpenTelemetry counts them: a server's, a consumer's. */
const KINDS = { request: 2, message: 5 } as const;
const ERROR = 2;
const TIMEOUT_MS = 1_500;

/**
 * Sends spans to the Region's OTLP endpoint as JSON, signed: no agent beside the process, and no kit inside of it.
 * The account has Transaction Search switched on in the Region (docs/runbook.md).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 */
export function spanSender({ region, program, aws, timeoutMs = TIMEOUT_MS }: SpanSink) {
  const signer = new Signer();
  return async (spans: readonly Span[]): Promise<void> => {
    const origin = aws.endpoints.xray ?? `https://xray.${region}.amazonaws.com`;
    const url = new URL('/v1/traces', origin);
    const body = JSON.stringify(tracesOf(spans, region, program));
    const plain = { 'content-type': 'application/json' };
    const signable = { method: 'POST', url, headers: plain, body, service: 'xray', region };
    const headers = signer.headers(signable, await aws.credentials());
    const { status } = await callHttp({ method: 'POST', url, headers, body, timeoutMs });
    if (status >= 300) throw new Error(`spans were refused: ${status}`);
  };
}

/** @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
function tracesOf(spans: readonly Span[], region: string, program: string): object {
  const resource = attributesOf({
    'service.name': `meridian-${program}`,
    'cloud.provider': 'aws',
    'cloud.region': region,
  });
  return {
    resourceSpans: [
      {
        resource: { attributes: resource },
        scopeSpans: [{ scope: { name: 'meridian' }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

function spanOf({ id, span, parent, name, kind, startedMs, endedMs, failed, attributes }: Span) {
  return {
    ...{ traceId: id, spanId: span, name, kind: KINDS[kind] },
    ...(parent !== undefined && { parentSpanId: parent }),
    startTimeUnixNano: `${startedMs}000000`,
    endTimeUnixNano: `${endedMs}000000`,
    attributes: attributesOf(attributes),
    ...(failed && { status: { code: ERROR } }),
  };
}

function attributesOf(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}
