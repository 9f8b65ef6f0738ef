import type { Region } from '../../config';
import type { MeridianStackProps } from './meridian-stack';

/** What a stack that stands once in each Region is built from. */
export interface RegionalStackProps extends MeridianStackProps {
  /** Region of the stack. */
  readonly region: Region;
}
