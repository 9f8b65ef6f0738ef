import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { withPackedWasm } from '../../../../lib/tools/bundle/private/packed-wasm';
import {
  leftOut,
  withoutRouter,
  withoutWebSockets,
} from '../../../../lib/tools/bundle/private/patched-packages';
import { ROOT } from '../../../support/root';

const argon2 = readFileSync(join(ROOT, 'node_modules/hash-wasm/dist/argon2.umd.min.js'), 'utf8');
const hono = (file: string) => readFileSync(join(ROOT, 'node_modules/hono/dist', file), 'utf8');

test.each([
  ['utils/mount.js', 'createMountedRequest'],
  ['utils/body.js', 'parseBody'],
  ['http-exception.js', 'HTTPException'],
])('of %s nothing is left but a function that says so', (file, name) => {
  const text = leftOut(name, hono(file));
  expect(text.length).toBeLessThan(150);
  expect(text).toContain(`export const ${name} = `);
});

test('of a module with several, each says so', () => {
  const names =
    'HtmlEscapedCallbackPhase, escapeToBuffer, raw, resolveCallback, resolveCallbackSync, stringBufferToString';
  const text = leftOut(names, hono('utils/html.js'));
  expect(text.match(/^export const \w+ = \(\) => \{ throw /gm)).toHaveLength(6);
});

test('the preset keeps the application and leaves the choice of a router to it', () => {
  expect(withoutRouter(hono('preset/tiny.js'))).toBe(
    'export { HonoBase as Hono } from "../hono-base.js";\n',
  );
});

test('the modules of Argon2 are the same when they are unpacked, and a third of the size before', () => {
  const modulesOf = (text: string) =>
    [...text.matchAll(/data:"([A-Za-z0-9+/=]+)"/g)].map(([, base64 = '']) => base64);
  const packed = modulesOf(withPackedWasm(argon2));
  const plain = modulesOf(argon2);
  expect(plain).toHaveLength(2);
  const unpacked = packed.map((one) => brotliDecompressSync(Buffer.from(one, 'base64')));
  expect(unpacked.map((one) => one.toString('base64'))).toEqual(plain);
  expect(unpacked.every((one) => WebAssembly.validate(one))).toBe(true);
  expect(packed.join('').length).toBeLessThan(plain.join('').length / 3);
});

test('another version of a package fails the build', () => {
  expect(() => leftOut('parseBody', 'export { parseBody, parseForm };\n')).toThrow(
    'hono: expected parseBody alone, found parseBody, parseForm',
  );
  expect(() => leftOut('parseBody', '')).toThrow('found nothing');
  expect(() => withoutRouter('this.router = new RegExpRouter();')).toThrow('hono/tiny');
  expect(() => withoutWebSockets('')).toThrow('found them 0 times');
  expect(() => withPackedWasm(argon2.replace('WebAssembly.compile', 'compile'))).toThrow(
    'found 2 and 0',
  );
});
