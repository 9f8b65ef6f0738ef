import type { Rule } from '../model';
import { connectionsOf } from '../private/connections';

export const connections: Rule = {
  id: 'connections-exceeded',
  severity: 'warning',
  title: 'Full pools of all servers fit into what one instance of each cluster takes',
  reason:
    'The hour in which every server is busy is the one in which the database refuses the next connection.',
  source:
    'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html',
  remedy:
    'Take a larger instance class or fewer servers at the most, or put a connection proxy between them.',
  covers: ['R31'],
  *check(view) {
    for (const use of view.once(connectionsOf)) {
      const { cluster, servers, functions, databases, most, takes, proxied } = use;
      if (proxied !== null) {
        // Whatever comes waits at the proxy; the rest is for migrations and a person.
        if (proxied <= takes) continue;
        yield {
          at: cluster,
          message: `its proxy opens up to ${proxied} connections, an instance takes ${takes} beside a person's`,
        };
        continue;
      }
      if (most <= takes) continue;
      const from =
        functions > 0 ? `${servers} servers and ${functions} functions` : `${servers} servers`;
      yield {
        at: cluster,
        message: `pools of ${from} to ${databases} database(s) hold up to ${most} connections, an instance takes ${takes}`,
      };
    }
  },
};
