import { bindingWork } from '../../../../lib/handlers/binding/binding';
import type { BindingProperties } from '../../../../lib/handlers/binding/binding';
import type { CustomResourceEvent } from '../../../../lib/handlers/private/custom-resource';

type Event = CustomResourceEvent<BindingProperties>;
const properties = { Name: '/m/zone-id', Value: 'Z1', Regions: ['r1', 'r2'] };
const run = async (event: Partial<Event>) => {
  const calls: string[] = [];
  const work = bindingWork({
    put: (region, name, value) =>
      Promise.resolve(void calls.push(`put ${region} ${name} ${value}`)),
    delete: (region, name) => Promise.resolve(void calls.push(`delete ${region} ${name}`)),
  });
  const id = await work({
    RequestType: 'Create',
    ResourceProperties: properties,
    ...event,
  } as Event);
  return { id, calls };
};

test('Create writes the value into each Region, and the name is the id', async () => {
  expect(await run({})).toEqual({
    id: '/m/zone-id',
    calls: ['put r1 /m/zone-id Z1', 'put r2 /m/zone-id Z1'],
  });
});

test('Update takes the parameter away from Regions that no longer read it', async () => {
  const { calls } = await run({
    RequestType: 'Update',
    PhysicalResourceId: '/m/zone-id',
    ResourceProperties: { ...properties, Regions: ['r2', 'r3'] },
    OldResourceProperties: properties,
  });
  expect(calls).toEqual(['put r2 /m/zone-id Z1', 'put r3 /m/zone-id Z1', 'delete r1 /m/zone-id']);
});

test('Update of the name leaves the old parameters to the Delete that follows', async () => {
  const { id, calls } = await run({
    RequestType: 'Update',
    PhysicalResourceId: '/m/old',
    OldResourceProperties: { ...properties, Name: '/m/old', Regions: ['r9'] },
  });
  expect(id).toBe('/m/zone-id');
  expect(calls.filter((call) => call.startsWith('delete'))).toEqual([]);
});

test('Delete takes it away everywhere', async () => {
  const { calls } = await run({ RequestType: 'Delete', PhysicalResourceId: '/m/zone-id' });
  expect(calls).toEqual(['delete r1 /m/zone-id', 'delete r2 /m/zone-id']);
});

test('Delete after a failed Create touches nothing', async () => {
  const { id, calls } = await run({ RequestType: 'Delete', PhysicalResourceId: 'request-1' });
  expect({ id, calls }).toEqual({ id: 'request-1', calls: [] });
});
