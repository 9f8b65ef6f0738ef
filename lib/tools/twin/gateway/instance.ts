import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChild } from '../processes';

/** One instance of a function: loads the handler once and handles one event at a time. */
export interface InstanceConfig {
  readonly directory: string;
  readonly handler: string;
  readonly functionName: string;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
}

type Handler = (event: unknown, context: unknown) => unknown;

runChild(async (config) => {
  const { directory, handler, functionName, memoryMiB, timeoutMs } = config as InstanceConfig;
  const dot = handler.lastIndexOf('.');
  const file = pathToFileURL(join(directory, `${handler.slice(0, dot)}.mjs`)).href;
  const loaded = (await import(file)) as Readonly<Record<string, unknown>>;
  const handle = loaded[handler.slice(dot + 1)];
  if (typeof handle !== 'function') throw new Error(`${handler} is not exported by ${file}`);
  let count = 0;
  return {
    ready: null,
    answer: async (_topic, event) => {
      const deadline = Date.now() + timeoutMs;
      const result: unknown = await (handle as Handler)(event, {
        functionName,
        functionVersion: '$LATEST',
        invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
        awsRequestId: `${process.pid}-${++count}`,
        memoryLimitInMB: String(memoryMiB),
        callbackWaitsForEmptyEventLoop: false,
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      });
      return result;
    },
    close: () => Promise.resolve(),
  };
});
