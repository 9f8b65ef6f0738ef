import { resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import singleServer from '../../../lib/config/declarations/single-server';
import { faultsIn } from '../../support/faults';

const faultsOf = (observability: unknown, base: object = reference) =>
  faultsIn({ ...base, observability }).map(({ path, allowed }) => `${path}: ${allowed}`);

test('there are dashboards where alarms watch, unless they are declared away', () => {
  expect(resolveDeployment(reference).observability).toEqual({ dashboards: true });
  expect(resolveDeployment(singleServer).observability).toEqual({ dashboards: false });
  const declared = { ...reference, observability: { dashboards: false } };
  expect(resolveDeployment(declared).observability).toEqual({ dashboards: false });
});

test('every fault is told', () => {
  expect(faultsOf({ dashboards: 'some', widgets: 3 })).toEqual([
    expect.stringMatching(/^observability\.widgets: /),
    'observability.dashboards: true or false',
  ]);
  expect(faultsOf({ dashboards: true }, singleServer)).toEqual([
    expect.stringMatching(/^observability\.dashboards: false \(at stage single-server\)/),
  ]);
});
