import type { AssemblyResource, Json, JsonObject } from '../../../assembly';
import type { ResponseHeader } from '../../edge';
import type { TemplateReader } from './reader';
import { asList, asObject, asText } from './reader';

const CONFIG = 'ResponseHeadersPolicyConfig';
const ALL_METHODS = 'GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT';

/** Headers that a response headers policy adds, as text. */
export function planResponseHeaders(
  reader: TemplateReader,
  policy: AssemblyResource,
): readonly ResponseHeader[] {
  const config = asObject(reader.value(policy, CONFIG));
  return [
    ...security(asObject(config['SecurityHeadersConfig'])),
    ...cors(config['CorsConfig']),
    ...asList(asObject(config['CustomHeadersConfig'])['Items']).map((item) => {
      const { Header, Value, Override } = asObject(item);
      return header('custom', asText(Header ?? ''), asText(Value ?? ''), Override);
    }),
  ];
}

function header(
  group: ResponseHeader['group'],
  name: string,
  value: string,
  override: Json | undefined,
): ResponseHeader {
  return { group, name: name.toLowerCase(), value, override: override === true };
}

function security(config: JsonObject): readonly ResponseHeader[] {
  const found = (name: string, value: (of: JsonObject) => string, property: string) =>
    config[property] === undefined
      ? []
      : [
          header(
            'security',
            name,
            value(asObject(config[property])),
            asObject(config[property])['Override'],
          ),
        ];
  const text = (property: string) => (of: JsonObject) => asText(of[property] ?? '');
  return [
    ...found('strict-transport-security', transport, 'StrictTransportSecurity'),
    ...found('content-security-policy', text('ContentSecurityPolicy'), 'ContentSecurityPolicy'),
    ...found('x-content-type-options', () => 'nosniff', 'ContentTypeOptions'),
    ...found('x-frame-options', text('FrameOption'), 'FrameOptions'),
    ...found('referrer-policy', text('ReferrerPolicy'), 'ReferrerPolicy'),
  ];
}

function transport(of: JsonObject): string {
  return [
    `max-age=${asText(of['AccessControlMaxAgeSec'] ?? 0)}`,
    ...(of['IncludeSubdomains'] === true ? ['includeSubDomains'] : []),
    ...(of['Preload'] === true ? ['preload'] : []),
  ].join('; ');
}

function cors(written: Json | undefined): readonly ResponseHeader[] {
  if (written === undefined) return [];
  const config = asObject(written);
  const items = (name: string) => asList(asObject(config[name])['Items']).map(asText);
  const methods = items('AccessControlAllowMethods');
  const values: Readonly<Record<string, string>> = {
    'access-control-allow-origin': items('AccessControlAllowOrigins').join(', '),
    'access-control-allow-headers': items('AccessControlAllowHeaders').join(', '),
    'access-control-allow-methods': methods.includes('ALL') ? ALL_METHODS : methods.join(', '),
    'access-control-expose-headers': items('AccessControlExposeHeaders').join(', '),
    'access-control-max-age': asText(config['AccessControlMaxAgeSec'] ?? ''),
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => header('cors', name, value, config['OriginOverride']));
}
