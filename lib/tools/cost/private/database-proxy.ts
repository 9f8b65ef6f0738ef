import type { Assembly, AssemblyResource } from '../../assembly';
import type { Charge, ChargeRule, Unpriced } from './charges';
import { propertiesOf } from './properties';
import { vcpusOf } from './vcpus';

/** Fewer are billed as so many. */
const LEAST_VCPUS = 2;

/** By the vCPUs of the instances behind it, in its Region; readers that come and go are not counted. */
export const databaseProxy: ChargeRule = (_properties, resource, assembly) => {
  const vcpus = vcpusBehind(resource, assembly);
  if (vcpus === undefined) return [{ reason: 'instances behind the proxy' }];
  return [
    {
      service: 'RDS Proxy',
      item: 'vCPU of the instances behind it',
      quantity: Math.max(vcpus, LEAST_VCPUS),
      unit: 'hour',
      price: 'rdsProxy.vcpuHour',
    },
  ];
};

/** Of a proxy's further way, such as that to the readers: PrivateLink in each of its zones. */
export const proxyEndpoint: ChargeRule = (properties): readonly (Charge | Unpriced)[] => {
  const zones = properties.count('VpcSubnetIds');
  if (!zones) return [{ reason: 'number of its zones' }];
  return [
    {
      service: 'RDS Proxy',
      item: 'endpoint, per zone',
      quantity: zones,
      unit: 'hour',
      price: 'vpce.interface.hourPerAz',
    },
  ];
};

function vcpusBehind(proxy: AssemblyResource, assembly: Assembly): number | undefined {
  const { region } = proxy.stack;
  const inRegion = (type: string) =>
    assembly.resources({ type, region }).filter(({ included }) => included !== false);
  const targets = inRegion('AWS::RDS::DBProxyTargetGroup').find(
    ({ stack, properties }) =>
      stack === proxy.stack &&
      JSON.stringify(properties['DBProxyName']) === JSON.stringify({ Ref: proxy.logicalId }),
  );
  if (targets === undefined) return undefined;
  const name = propertiesOf(targets, assembly).value('DBClusterIdentifiers', 0);
  const cluster = inRegion('AWS::RDS::DBCluster').find(
    (it) => propertiesOf(it, assembly).value('DBClusterIdentifier') === name,
  );
  if (cluster === undefined) return undefined;
  const ref = JSON.stringify({ Ref: cluster.logicalId });
  const vcpus = inRegion('AWS::RDS::DBInstance')
    .filter(
      ({ stack, properties }) =>
        stack === cluster.stack && JSON.stringify(properties['DBClusterIdentifier']) === ref,
    )
    .map((it) => vcpusOf(String(propertiesOf(it, assembly).value('DBInstanceClass'))));
  return vcpus.every((it) => it !== undefined) ? vcpus.reduce((sum, it) => sum + it, 0) : undefined;
}
