import { PassThrough } from 'node:stream';
import { startProgress } from '../../../../lib/tools/command';

it('writes one plain line a step where nobody watches', () => {
  const stream = new PassThrough();
  const progress = startProgress(stream);
  progress.step('reading');
  progress.step('writing');
  progress.stop();
  expect(String(stream.read())).toBe('reading\nwriting\n');
});

it('redraws one line on a terminal, and leaves none behind', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  const progress = startProgress(terminal);
  progress.step('reading');
  progress.stop();
  const written = String(terminal.read());
  expect(written).toMatch(/reading \(\d+\.\d s\)/);
  expect(written).not.toContain('\n');
  expect(written.endsWith('\r\x1b[K')).toBe(true);
});
