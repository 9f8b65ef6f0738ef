import type { WebRule } from '../../../../lib/constructs/security';
import { WebAcl, doorRules, edgeRules, openDoorRules } from '../../../../lib/constructs/security';
import { ACCOUNT, only, templateOf } from '../../../support/stack';

const acl = (rules: readonly WebRule[], scope: 'CLOUDFRONT' | 'REGIONAL' = 'REGIONAL') =>
  templateOf((stack) => {
    new WebAcl(stack, 'Firewall', {
      aclName: 'meridian-door',
      scope,
      account: ACCOUNT,
      region: 'us-east-2',
      rules,
    });
  });
interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: object;
  readonly OverrideAction?: object;
  readonly Statement: {
    readonly RateBasedStatement?: {
      readonly AggregateKeyType: string;
      readonly Limit: number;
      readonly ForwardedIPConfig?: object;
      readonly ScopeDownStatement?: object;
    };
  };
}
const rulesOf = (template: ReturnType<typeof acl>): readonly Rule[] =>
  only(template, 'AWS::WAFv2::WebACL').Rules as readonly Rule[];

test('what no rule blocks passes, and what one blocks or counts is logged without secrets', () => {
  const template = acl([]);
  expect(only(template, 'AWS::WAFv2::WebACL')).toMatchObject({
    Scope: 'REGIONAL',
    DefaultAction: { Allow: {} },
  });
  expect(only(template, 'AWS::WAFv2::LoggingConfiguration')).toMatchObject({
    LogDestinationConfigs: [
      'arn:aws:logs:us-east-2:123456789012:log-group:aws-waf-logs-meridian-door',
    ],
    LoggingFilter: { DefaultBehavior: 'DROP' },
    RedactedFields: ['authorization', 'cookie', 'x-origin-verify'].map((Name) => ({
      SingleHeader: { Name },
    })),
  });
  expect(only(template, 'AWS::Logs::LogGroup')).toMatchObject({
    LogGroupName: 'aws-waf-logs-meridian-door',
    RetentionInDays: 30,
  });
});

test("the edge asks for the rate of an address first, then AWS's own groups", () => {
  const rules = rulesOf(acl(edgeRules(), 'CLOUDFRONT'));
  expect(rules.map(({ Name, Priority, Action }) => [Priority, Name, Action])).toEqual([
    [0, 'address-rate', { Block: {} }],
    [1, 'ip-reputation', undefined],
    [2, 'known-bad-inputs', undefined],
    [3, 'common', undefined],
  ]);
  expect(rules[0]?.Statement.RateBasedStatement?.AggregateKeyType).toBe('IP');
  // A group without this keeps its own actions; one with `Count` here would block nothing.
  for (const { OverrideAction } of rules.slice(1)) expect(OverrideAction).toEqual({ None: {} });
});

test('servers of other Regions are not limited where they come through the edge', () => {
  const [rate] = rulesOf(acl(edgeRules('a-secret'), 'CLOUDFRONT'));
  expect(rate?.Statement.RateBasedStatement?.ScopeDownStatement).toEqual({
    NotStatement: {
      Statement: {
        ByteMatchStatement: expect.objectContaining({
          FieldToMatch: { SingleHeader: { Name: 'x-origin-verify' } },
          PositionalConstraint: 'EXACTLY',
          SearchString: 'a-secret',
        }) as unknown,
      },
    },
  });
});

test('an article may be long and have markup in it', () => {
  const common = JSON.stringify(rulesOf(acl(edgeRules(), 'CLOUDFRONT'))[3]);
  for (const rule of ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY']) {
    expect(common).toContain(`{"ActionToUse":{"Count":{}},"Name":"${rule}"}`);
  }
});

test('the door limits viewers, and neither checkers nor peers, who forward no address', () => {
  const [rule] = rulesOf(acl(doorRules(['/healthz', '/readyz'])));
  expect(rule?.Statement.RateBasedStatement).toMatchObject({
    AggregateKeyType: 'FORWARDED_IP',
    ForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'NO_MATCH' },
  });
  const down = JSON.stringify(rule?.Statement.RateBasedStatement?.ScopeDownStatement);
  expect(down).toMatch(/^\{"NotStatement":\{"Statement":\{"OrStatement"/);
  for (const path of ['/healthz', '/readyz']) expect(down).toContain(`"SearchString":"${path}"`);
});

test('one health path needs no alternative, which WAF would refuse', () => {
  const [rule] = rulesOf(acl(doorRules(['/up', '/up'])));
  expect(JSON.stringify(rule)).not.toContain('OrStatement');
});

test('an open door asks all that the edge asks, and limits by the real address', () => {
  const rules = rulesOf(acl(openDoorRules(['/healthz', '/readyz'])));
  expect(rules.map(({ Name }) => Name)).toEqual(edgeRules().map(({ name }) => name));
  const limit = rules[0]?.Statement.RateBasedStatement;
  expect(limit).toMatchObject({ AggregateKeyType: 'IP', Limit: 3000 });
  expect(limit).not.toHaveProperty('ForwardedIPConfig');
  // Checkers ask from few addresses, often.
  expect(JSON.stringify(limit?.ScopeDownStatement)).toContain('"SearchString":"/readyz"');
});
