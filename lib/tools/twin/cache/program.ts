import { runChild } from '../processes';
import type { EngineUser } from './private/user';
import { becomeUser } from './private/user';
import type { StandInConfig } from './stand-in';
import { startStandIn } from './stand-in';

/** The stand-in's process: it needs no rights but those of whoever it is told to be. */
runChild((config) => {
  const { user, ...standIn } = config as StandInConfig & { readonly user?: EngineUser };
  if (user !== undefined) becomeUser(user);
  return startStandIn(standIn);
});
