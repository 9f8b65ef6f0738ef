import type { Charge, Properties, Unpriced } from './charges';

/** A list, and each rule or group of rules in it; AWS's own groups cost no more than that. */
export function webAcl(properties: Properties): readonly (Charge | Unpriced)[] {
  const region = properties.value('Scope') === 'CLOUDFRONT' ? { region: 'global' } : {};
  const common = { service: 'WAF', unit: 'month', ...region } as const;
  const rules = properties.count('Rules');
  return [
    { ...common, item: 'web access control list', quantity: 1, price: 'waf.aclMonth' },
    ...(rules === undefined
      ? [{ reason: 'number of its rules' }]
      : rules > 0
        ? [{ ...common, item: 'rule', quantity: rules, price: 'waf.ruleMonth' }]
        : []),
  ];
}
