import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import patch from '../patches/postgres-3.4.9.json';
import { withPackedWasm } from './packed-wasm';

/**
 * Mends a dependency while it is bundled, because packages are installed without scripts. Each
 * replacement must be found exactly as often as it says, so that another version fails the build
 * instead of going unmended. test/support/patched-packages.js does the same for the tests.
 */
export const patchedPackages: Plugin = {
  name: 'patched-packages',
  setup(build) {
    for (const { file } of patch.files)
      build.onLoad(
        {
          filter: new RegExp(
            `[\\\\/]postgres[\\\\/](cjs[\\\\/])?src[\\\\/]${file.replace('.', '\\.')}$`,
          ),
        },
        async ({ path }) => ({
          contents: patched(file, await readFile(path, 'utf8')),
          loader: 'js',
        }),
      );
    build.onLoad({ filter: /[\\/]@hono[\\/]node-server[\\/]dist[\\/]index\.mjs$/ }, async (at) => ({
      contents: withoutWebSockets(await readFile(at.path, 'utf8')),
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]hash-wasm[\\/]dist[\\/]argon2\.umd\.min\.js$/ }, async (at) => ({
      contents: withPackedWasm(await readFile(at.path, 'utf8')),
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]hono[\\/]dist[\\/]preset[\\/]tiny\.js$/ }, async (at) => ({
      contents: withoutRouter(await readFile(at.path, 'utf8')),
      loader: 'js',
    }));
    for (const [file, name] of UNCALLED)
      build.onLoad(
        {
          filter: new RegExp(`[\\\\/]hono[\\\\/]dist[\\\\/]${file.replace('/', '[\\\\/]')}\\.js$`),
        },
        async (at) => ({
          contents: leftOut(name, await readFile(at.path, 'utf8')),
          loader: 'js',
        }),
      );
  },
};

/** @throws Error if the source is not the one that the patch was made for */
export function patched(file: string, source: string): string {
  const replacements = patch.files.find((it) => it.file === file)?.replacements ?? [];
  return replacements.reduce((text, { find, replace, times }) => {
    const parts = text.split(find);
    if (parts.length - 1 === times) return parts.join(replace);
    throw new Error(
      `the patch of ${patch.package} ${patch.version} does not fit: expected ${times} times, found ${parts.length - 1} times: ${find.trim()}`,
    );
  }, source);
}

/** Modules of Hono that each application has for a method that ours does not call: 3.1 KiB of the request path. */
const UNCALLED = [
  ['utils/mount', 'createMountedRequest'],
  ['utils/body', 'parseBody'],
  ['http-exception', 'HTTPException'],
  [
    'utils/html',
    'HtmlEscapedCallbackPhase, escapeToBuffer, raw, resolveCallback, resolveCallbackSync, stringBufferToString',
  ],
] as const;

/** @throws Error where the module has more in it */
export function leftOut(name: string, source: string): string {
  const exported = [...source.matchAll(/^export \{ (.*) \};$/gm)].map(([, names]) => names);
  if (exported.join() !== name)
    throw new Error(`hono: expected ${name} alone, found ${exported.join() || 'nothing'}`);
  return name
    .split(', ')
    .map((one) => `export const ${one} = () => { throw Error('${one} is left out') };\n`)
    .join('');
}

/**
 * The application brings its own router (lambda/api/app.ts).
 *
 * @throws Error where the preset does more than choose one
 */
export function withoutRouter(source: string): string {
  const choice =
    /constructor\(options = \{\}\) \{\s*super\(options\);\s*this\.router = new PatternRouter\(\);\s*\}\s*\};/;
  if (!choice.test(source)) throw new Error('hono/tiny: expected the choice of a router alone');
  return 'export { HonoBase as Hono } from "../hono-base.js";\n';
}

const WEB_SOCKETS = /\/\/#region src\/websocket\.ts\n[\s\S]*?\n\/\/#endregion\n/g;

/**
 * The adapter's own WebSockets run code when they are imported, so that no bundler leaves them out; the
 * workload has its own (lambda/live/websocket.ts), and servers' memory and start pay for every byte.
 *
 * @throws Error where they do not stand where they stood
 */
export function withoutWebSockets(source: string): string {
  const found = source.match(WEB_SOCKETS)?.length ?? 0;
  if (found !== 1)
    throw new Error(`@hono/node-server: expected its WebSockets once, found them ${found} times`);
  return source.replace(
    WEB_SOCKETS,
    'const setupWebSocket = undefined, upgradeWebSocket = undefined;\n',
  );
}
