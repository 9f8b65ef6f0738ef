import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { CommandError } from '../../command';
import type { CommandContext } from '../../command';
import { DEFAULT_DECLARATION } from '../../declaration';
import { readSubject, SUBJECT } from '../../subject';
import { View } from '../private/view';
import { formatMermaid } from './mermaid';
import { pictureOf } from './picture';
import { formatSvg } from './svg';

interface Options {
  readonly format: 'svg' | 'mermaid';
  readonly out?: string;
}

/** `meridian diagram [DECLARATION|ASSEMBLY] [--format svg|mermaid] [--out FILE]` */
export function registerDiagram(program: Command, context: CommandContext): void {
  program
    .command('diagram')
    .summary('a picture of Regions, request path and data path')
    .description('Draws Regions, request path and data path from the templates, offline.')
    .argument('[declaration or assembly]', SUBJECT, DEFAULT_DECLARATION)
    .addOption(
      new Option('--format <format>', 'what to draw').choices(['svg', 'mermaid']).default('svg'),
    )
    .option('-o, --out <file>', 'file to write in place of standard output')
    .action(async (subject: string, { format, out }: Options) => {
      const { assembly } = await readSubject(subject, context);
      const picture = pictureOf(new View(assembly));
      if (picture.regions.length === 0) {
        throw new CommandError('there is nothing to draw: no Region of the assembly serves', 2);
      }
      const text = format === 'svg' ? formatSvg(picture) : formatMermaid(picture);
      if (out === undefined) context.stdout.write(text);
      else write(resolve(context.cwd, out), text);
    });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, 2);
  }
}
