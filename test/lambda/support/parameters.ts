import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stand-in for SSM's parameters on loopback. */
export interface Parameters {
  readonly url: string;
  /** Values by `Region/name`; a test may set them. */
  readonly values: Map<string, string>;
  stop(): Promise<void>;
}

/** Answers GetParameter by the Region for which a request is signed, as its endpoints do. */
export async function startParameters(): Promise<Parameters> {
  const values = new Map<string, string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { authorization = '' } = request.headers;
      const region = /Credential=[^/]+\/\d+\/([^/]+)\/ssm\//.exec(authorization)?.[1] ?? '';
      const { Name } = JSON.parse(body) as { readonly Name: string };
      const Value = values.get(region + Name);
      response.writeHead(Value === undefined ? 400 : 200);
      response.end(
        JSON.stringify(
          Value === undefined ? { __type: 'ParameterNotFound' } : { Parameter: { Value } },
        ),
      );
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    values,
    stop: async () => {
      await new Promise((done) => server.close(done));
    },
  };
}
