import { ReaderScaling } from '../../../../lib/constructs/database';
import { only, templateOf } from '../../../support/stack';

const template = templateOf((stack) => {
  new ReaderScaling(stack, 'main-s0', {
    cluster: 'meridian-main-s0-us-east-2',
    store: { instancesPerRegion: 2, maxInstancesPerRegion: 8 },
  });
});

test('counts readers, not instances: the writer is none', () => {
  expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
    ServiceNamespace: 'rds',
    ScalableDimension: 'rds:cluster:ReadReplicaCount',
    ResourceId: 'cluster:meridian-main-s0-us-east-2',
    MinCapacity: 1,
    MaxCapacity: 7,
  });
});

test('follows the processors of the readers', () => {
  expect(only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toMatchObject({
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'RDSReaderAverageCPUUtilization' },
      TargetValue: 60,
    },
  });
});
