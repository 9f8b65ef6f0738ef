import { ZonalAutoshift } from '../../../../lib/constructs/compute';
import { only, templateOf } from '../../../support/stack';

const resourceArn = 'arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/a/1';
const outcomeAlarm = 'arn:aws:cloudwatch:us-east-2:123456789012:alarm:errors';

test('a zone may be left by AWS itself, and every practice of it answers to an alarm', () => {
  const template = templateOf((stack) => {
    new ZonalAutoshift(stack, 'Autoshift', { resourceArn, outcomeAlarm });
  });
  expect(only(template, 'AWS::ARCZonalShift::ZonalAutoshiftConfiguration')).toEqual({
    ResourceIdentifier: resourceArn,
    ZonalAutoshiftStatus: 'ENABLED',
    PracticeRunConfiguration: {
      OutcomeAlarms: [{ Type: 'CLOUDWATCH', AlarmIdentifier: outcomeAlarm }],
    },
  });
});
