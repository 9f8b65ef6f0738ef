import type { AssemblyResource } from '../../assembly';
import type { View } from './view';

/** Handlers of custom resources run at deployment only. */
const isDeploymentOnly = (view: View, it: AssemblyResource): boolean =>
  deploymentOnly(view).has(it.key);

const deploymentOnly = (view: View): ReadonlySet<string> => view.once(computeDeploymentOnly);

/** Functions that custom resources call, and functions that those call. */
const computeDeploymentOnly = (view: View): ReadonlySet<string> => {
  const found = new Set<string>();
  const customs = view
    .all()
    .filter(({ type }) => /^(Custom::|AWS::CloudFormation::CustomResource)/.test(type));
  const visit = (it: AssemblyResource): void => {
    if (it.type !== 'AWS::Lambda::Function' || found.has(it.key)) return;
    found.add(it.key);
    for (const called of view.out(it, 'Environment')) visit(called);
  };
  for (const custom of customs) for (const it of view.out(custom, 'ServiceToken')) visit(it);
  return found;
};

/** Functions and tasks that run while the product serves; not those of deployments. */
export const workloadsOf = (view: View): readonly AssemblyResource[] => view.once(computeWorkloads);

const computeWorkloads = (view: View): readonly AssemblyResource[] =>
  view
    .all('AWS::Lambda::Function', 'AWS::ECS::TaskDefinition')
    .filter((it) => !isDeploymentOnly(view, it));
