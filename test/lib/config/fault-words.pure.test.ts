import { DeclarationError, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

it('faults stay on one line and carry no control characters, whatever a property is called', () => {
  const input = { ...reference, ['\n\u001b[31m\u009b\u2028']: 1 };
  expect(() => resolveDeployment(input)).toThrow(
    '["\\n\\u001b[31m\\u009b\\u2028"]: found an unknown property',
  );
});

it('faults do not grow with the input', () => {
  const resolving = () => resolveDeployment({ ...reference, account: 'x'.repeat(1_000_000) });
  expect(resolving).toThrow(DeclarationError);
  expect(resolving).toThrow(/^.{1,300}$/s);
});

it('faults suggest the properties nearest to an unknown one, in whatever object it stands', () => {
  const regions = { ...reference.regions, 'us-east-2': { cdir: '10.1.0.0/16' } };
  expect(() => resolveDeployment({ ...reference, regions })).toThrow(
    'regions.us-east-2.cdir: found an unknown property; allowed: cidr (nearest)',
  );
});
