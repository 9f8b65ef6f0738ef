import { SiteBucket } from '../../../../lib/constructs/storage';
import { templateOf } from '../../../support/stack';

test("the library's own functions get a log with a retention", () => {
  const template = templateOf((stack) => {
    new SiteBucket(stack, 'Site', {
      bucketName: 'a-site',
      account: '123456789012',
      protection: 'ephemeral',
    });
  });
  const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  expect(log).toBeDefined();
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  template.hasResourceProperties('AWS::Lambda::Function', {
    LoggingConfig: { LogGroup: { Ref: log } },
  });
});
