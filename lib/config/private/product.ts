import type { Demand, GrowthStage, Objectives, Protection } from '../declaration';
import { STAGE_NAMES } from '../growth-stages';
import { DECISION_SECONDS, PROMOTION_SECONDS } from '../recovery';
import type { Field, Properties, Rule } from './field';
import { integer, number, oneOf, text } from './rules';

const NAME: Rule<string> = {
  allowed:
    'text of 2 to 16 lower-case letters, digits and single hyphens, a letter first, no hyphen last, ' +
    'not beginning with aws, ssm, amzn or sthree (reserved by AWS)',
  accepts: (value): value is string =>
    typeof value === 'string' &&
    value.length >= 2 &&
    value.length <= 16 &&
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value) &&
    !/^(aws|ssm|amzn|sthree)/.test(value),
};

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = text(
  new RegExp(`^(?=.{4,253}$)(?:${LABEL}\\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,57}[a-z0-9])$`),
  'a DNS name in lower case of two or more labels, such as "example.com"',
);

export interface Product {
  readonly stage: GrowthStage;
  readonly account: string;
  readonly domainName: string;
  readonly name: string;
  readonly zone: { readonly id: string } | undefined;
  readonly secretRotationDays: number | undefined;
  readonly demand: Required<Demand>;
  readonly objectives: Required<Objectives>;
  readonly protection: Protection;
  readonly permissionBoundary: string | undefined;
}

/** Everything about the product as a whole, Regions and what runs in them apart. */
export function readProduct(at: Properties): Product {
  at('schemaVersion').require(oneOf1, 1);
  const stage = at('stage').require(oneOf(STAGE_NAMES), 'multi-region');
  const account = at('account').require(
    text(/^\d{12}$/, 'an account id: text of twelve digits'),
    '',
  );
  return {
    stage,
    account,
    domainName: at('domainName').require(DOMAIN_NAME, ''),
    name: at('name').optional(NAME, 'meridian'),
    zone: readZone(at('zone')),
    secretRotationDays: readRotation(at('secretRotationDays')),
    demand: readDemand(at('demand')),
    objectives: readObjectives(at('objectives')),
    protection: at('protection').optional(oneOf(['production', 'ephemeral']), 'production'),
    permissionBoundary: readBoundary(at('permissionBoundary'), account),
  };
}

/** A policy of the account itself, or one that AWS manages: IAM takes no other account's. */
function readBoundary(field: Field, account: string): string | undefined {
  if (!field.present) return undefined;
  const owner = account === '' ? '\\d{12}' : account;
  const arn = text(
    new RegExp(`^arn:aws:iam::(?:${owner}|aws):policy/(?:[\\w+=,.@-]+/)*[\\w+=,.@-]{1,128}$`),
    `the ARN of a managed policy of \`account\`, such as "arn:aws:iam::${account}:policy/boundary"`,
  );
  return field.require(arn, '');
}

const oneOf1: Rule<1> = { allowed: '1', accepts: (value): value is 1 => value === 1 };

function readZone(field: Field): { readonly id: string } | undefined {
  if (!field.present) return undefined;
  const at = field.properties(['id']);
  const id = text(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id: Z and up to 31 capitals and digits');
  return at && { id: at('id').require(id, '') };
}

const ROTATION: Rule<number> = {
  allowed: 'an integer between 1 and 365, in days, or false',
  accepts: integer(1, 365).accepts,
};

function readRotation(field: Field): number | undefined {
  return field.value === false ? undefined : field.optional(ROTATION, 30);
}

function readDemand(field: Field): Required<Demand> {
  const at = field.properties(['users', 'dailyActive', 'requestsPerUserDay', 'peakFactor']);
  const share = number((value) => value > 0 && value <= 1, 'above 0 and at most 1');
  return {
    users: at?.('users').require(integer(1, Number.MAX_SAFE_INTEGER), 1) ?? 1,
    dailyActive: at?.('dailyActive').optional(share, 0.1) ?? 0.1,
    requestsPerUserDay:
      at?.('requestsPerUserDay').optional(
        number((value) => value > 0, 'above 0'),
        30,
      ) ?? 30,
    peakFactor:
      at?.('peakFactor').optional(
        number((value) => value >= 1, 'of at least 1'),
        5,
      ) ?? 5,
  };
}

function readObjectives(field: Field): Required<Objectives> {
  const names = ['rtoSeconds', 'rpoSeconds', 'decisionSeconds', 'promotionSeconds'];
  const at = field.present ? field.properties(names) : undefined;
  const seconds = number((value) => value >= 0, 'of at least 0, in seconds');
  return {
    rtoSeconds:
      at?.('rtoSeconds').optional(
        number((value) => value > 0, 'above 0, in seconds'),
        300,
      ) ?? 300,
    rpoSeconds: at?.('rpoSeconds').optional(seconds, 5) ?? 5,
    decisionSeconds:
      at?.('decisionSeconds').optional(seconds, DECISION_SECONDS) ?? DECISION_SECONDS,
    promotionSeconds:
      at?.('promotionSeconds').optional(seconds, PROMOTION_SECONDS) ?? PROMOTION_SECONDS,
  };
}
