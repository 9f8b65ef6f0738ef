import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What the service makes bears this tag from the start. */
export const MANAGED = { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } };

/** It changes and removes nothing else of its kind. */
export const TAGGED = { StringEquals: { 'aws:ResourceTag/managedByFIS': 'true' } };

/** Actions that read, and know no resource. */
export function look(...actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: ['*'] });
}

/** How the service finds what bears a tag. */
export function findByTag(): PolicyStatement {
  return look('tag:GetResources');
}
