import type { WebRule } from './web-acl';

/** Requests of one address in five minutes: ten a second, for as long. */
const MOST_OF_ADDRESS = 3000;
/** Above the edge's own limit: here it stops only what came past the edge. */
const MOST_OF_VIEWER = 6000;
const WINDOW_SECONDS = 300;

/**
 * What is asked of every request at the edge: AWS's own lists of bad addresses, known attacks and
 * common ones, and a limit for each address. An article is text with markup in it and may be long, so
 * two rules about bodies only count.
 *
 * @param trusted value of `x-origin-verify` by which the servers of the Regions are known, who call
 *                each other through the edge for many viewers from few addresses; by default nobody
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export function edgeRules(trusted?: string): readonly WebRule[] {
  return [
    {
      name: 'address-rate',
      action: 'block',
      statement: {
        rateBasedStatement: {
          limit: MOST_OF_ADDRESS,
          evaluationWindowSec: WINDOW_SECONDS,
          aggregateKeyType: 'IP',
          ...(trusted !== undefined && {
            scopeDownStatement: { notStatement: { statement: sends(trusted) } },
          }),
        },
      },
    },
    managed('ip-reputation', 'AWSManagedRulesAmazonIpReputationList'),
    managed('known-bad-inputs', 'AWSManagedRulesKnownBadInputsRuleSet'),
    managed('common', 'AWSManagedRulesCommonRuleSet', [
      'CrossSiteScripting_BODY',
      'SizeRestrictions_BODY',
    ]),
  ];
}

/**
 * What is asked at a Region's load balancer: a limit for each viewer, whom the edge names in the first
 * address that it forwards. A viewer may write that header too, which is why the edge limits by the
 * real address. Calls without it are those of health checkers and of peers, which forward writes of
 * many viewers from three addresses: neither is limited, and the health paths never are.
 */
export function doorRules(healthPaths: readonly string[]): readonly WebRule[] {
  const isHealthPath = [...new Set(healthPaths)].map((searchString) => ({
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'EXACTLY',
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  }));
  const [only, ...more] = isHealthPath;
  const anyHealthPath = more.length > 0 ? { orStatement: { statements: isHealthPath } } : only;
  return [
    {
      name: 'viewer-rate',
      action: 'block',
      statement: {
        rateBasedStatement: {
          limit: MOST_OF_VIEWER,
          evaluationWindowSec: WINDOW_SECONDS,
          aggregateKeyType: 'FORWARDED_IP',
          forwardedIpConfig: { headerName: 'X-Forwarded-For', fallbackBehavior: 'NO_MATCH' },
          ...(anyHealthPath && {
            scopeDownStatement: { notStatement: { statement: anyHealthPath } },
          }),
        },
      },
    },
  ];
}

/**
 * What is asked at a load balancer that anybody may reach: all that the edge asks, and with the limit
 * for each address left out for the health paths, which checkers ask from few addresses.
 */
export function openDoorRules(healthPaths: readonly string[]): readonly WebRule[] {
  const [rate, ...groups] = edgeRules();
  const [door] = doorRules(healthPaths);
  const scopeDownStatement = (door?.statement.rateBasedStatement as Scoped | undefined)
    ?.scopeDownStatement;
  const limit = rate?.statement.rateBasedStatement as object | undefined;
  if (rate === undefined || limit === undefined) return groups;
  const statement = {
    rateBasedStatement: { ...limit, ...(scopeDownStatement && { scopeDownStatement }) },
  };
  return [{ ...rate, statement: statement as WebRule['statement'] }, ...groups];
}

function sends(trusted: string): object {
  return {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { Name: 'x-origin-verify' } },
      positionalConstraint: 'EXACTLY',
      searchString: trusted,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

interface Scoped {
  readonly scopeDownStatement?: object;
}

function managed(name: string, group: string, counted: readonly string[] = []): WebRule {
  return {
    name,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: group,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({
            name: rule,
            actionToUse: { count: {} },
          })),
        }),
      },
    },
  };
}
