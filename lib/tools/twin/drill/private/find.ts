import { didYouMean } from '../../../command';
import { DRILLS } from '../drills';
import type { Drill } from '../model';
import { DrillRefused } from './refused';

/** @throws DrillRefused naming those that there are */
export function findDrill(name: string): Drill {
  const drill = DRILLS.find((it) => it.name === name);
  if (drill !== undefined) return drill;
  const names = DRILLS.map((it) => it.name);
  throw new DrillRefused(
    `there is no drill ${name}${didYouMean(name, names)}`,
    `ask for one of ${names.join(', ')}`,
  );
}
