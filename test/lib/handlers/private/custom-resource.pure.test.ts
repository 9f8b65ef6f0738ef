import { customResource } from '../../../../lib/handlers/private/custom-resource';
import type { CustomResourceEvent } from '../../../../lib/handlers/private/custom-resource';

const event: CustomResourceEvent<object> = {
  RequestType: 'Create',
  ResponseURL: 'https://answers.example/1',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Logical',
  ResourceProperties: {},
};
interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly body: Record<string, unknown>;
}
const sender = (ok = true) => {
  const sent: Sent[] = [];
  const send = ((url: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Record<string, unknown>;
    sent.push({ url, method: init.method, body });
    return Promise.resolve(new Response(null, { status: ok ? 200 : 403 }));
  }) as typeof fetch;
  return { sent, send };
};

test('work that succeeds is answered with its physical id', async () => {
  const { sent, send } = sender();
  await customResource(() => Promise.resolve('an-id'), send)(event);
  expect(sent).toEqual([
    {
      url: event.ResponseURL,
      method: 'PUT',
      body: {
        Status: 'SUCCESS',
        PhysicalResourceId: 'an-id',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Logical',
      },
    },
  ]);
});

describe('work that fails', () => {
  const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  afterAll(() => {
    logged.mockRestore();
  });
  const failing = () => Promise.reject(new RangeError('x'.repeat(2000)));

  test('is answered with the reason, cut to what CloudFormation takes', async () => {
    const { sent, send } = sender();
    await customResource(failing, send)(event);
    expect(sent[0]?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'request' });
    expect(sent[0]?.body.Reason).toHaveLength(1024);
    expect(sent[0]?.body.Reason).toMatch(/^RangeError: xxx/);
  });

  test('of a resource that is there keeps its id, so that nothing is replaced', async () => {
    const { sent, send } = sender();
    const update = { ...event, RequestType: 'Update', PhysicalResourceId: 'an-id' } as const;
    await customResource(failing, send)(update);
    expect(sent[0]?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'an-id' });
  });
});

test('an answer that CloudFormation refuses is an error of the function', async () => {
  const { send } = sender(false);
  await expect(customResource(() => Promise.resolve('id'), send)(event)).rejects.toThrow('403');
});
