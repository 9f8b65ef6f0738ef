import { Command } from 'commander';
import type { CommandContext } from '../../../../lib/tools/command';
import { DEFAULT_DECLARATION } from '../../../../lib/tools/declaration';
import { registerTwin } from '../../../../lib/tools/twin';

function up(): Command {
  const program = new Command();
  registerTwin(program, {} as CommandContext);
  const twin = program.commands.find((command) => command.name() === 'twin');
  return twin!.commands.find((command) => command.name() === 'up')!;
}

describe('meridian twin up', () => {
  test('runs the declaration that every command takes by default', () => {
    expect(up().registeredArguments[0]?.defaultValue).toBe(DEFAULT_DECLARATION);
  });

  test.each(['0', '65536', '80.5', 'x'])('refuses the port %s', (port) => {
    const command = up()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    expect(() => command.parse(['--dns-port', port], { from: 'user' })).toThrow(/a port from 1/);
  });

  test.each(['0', '-1', '1001', 'x'])('refuses the time scale %s', (factor) => {
    const command = up()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    expect(() => command.parse([`--time-scale=${factor}`], { from: 'user' })).toThrow(/0\.01 to/);
  });
});
