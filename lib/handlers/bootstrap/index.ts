import { giveUp, runServer } from './run';

/** The command of a server's container: `node --input-type=module -e THIS`. */
Promise.resolve().then(runServer).catch(giveUp);
