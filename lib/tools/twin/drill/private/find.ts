import { DRILLS } from '../drills';
import type { Drill } from '../model';
import { DrillRefused } from './refused';

/** @throws DrillRefused naming those that there are */
export function findDrill(name: string): Drill {
  const drill = DRILLS.find((it) => it.name === name);
  if (drill !== undefined) return drill;
  const names = DRILLS.map((it) => it.name).join(', ');
  throw new DrillRefused(`there is no drill ${name}`, `ask for one of ${names}`);
}
