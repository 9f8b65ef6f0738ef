import { serveInstanceRole } from './instance-role';
import { giveUp, runServer } from './run';

/** What an instance's service runs: `node THIS`. */
serveInstanceRole()
  .then((variables) => {
    Object.assign(process.env, variables);
    return runServer();
  })
  .catch(giveUp);
