import type { ShardDeclaration } from '../declaration';
import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

const EUROPE = 'eu-central-1';
const AMERICA = 'us-east-2';
const ASIA = 'ap-northeast-1';
const SOUTH_AMERICA = 'sa-east-1';
const OCEANIA = 'ap-southeast-2';
const AFRICA = 'af-south-1';
/** Of the seventh generation: af-south-1 has no r8g, and all members of a cluster are equal. */
const CLASS = 'db.r7g.2xlarge';

/** A shard that is born where it is at home, with a copy in one more Region. */
function shard(home: string, standby: string): ShardDeclaration {
  return { home, standbys: [standby], birthRegion: home };
}

/**
 * Users in sixteen shards with homes on every continent, each copied to one more Region, and one
 * cluster for what is not cut by user. It grows out of `multi-region`: its three Regions come first,
 * and shard `s0` keeps both copies that it had, because giving one up is a decision of its own.
 */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'sharded',
  account: '123456789012',
  domainName: 'example.com',
  regions: {
    [EUROPE]: {},
    [AMERICA]: {},
    [ASIA]: {},
    [SOUTH_AMERICA]: {},
    [OCEANIA]: {},
    [AFRICA]: {},
  },
  demand: { users: 100_000_000 },
  stores: {
    main: { engine: 'aurora', instanceClass: CLASS },
    discovery: {
      engine: 'aurora',
      instanceClass: CLASS,
      sharded: false,
      regions: [EUROPE, AMERICA],
    },
  },
  domains: {
    identity: { store: 'main' },
    content: { store: 'main' },
    social: { store: 'main' },
    notifications: { store: 'main' },
    discovery: { store: 'discovery' },
  },
  shards: {
    s0: { home: EUROPE, standbys: [AMERICA, ASIA] },
    s1: shard(EUROPE, AMERICA),
    s2: shard(EUROPE, AMERICA),
    s3: shard(EUROPE, AMERICA),
    s4: shard(AMERICA, EUROPE),
    s5: shard(AMERICA, EUROPE),
    s6: shard(AMERICA, EUROPE),
    s7: shard(AMERICA, EUROPE),
    s8: shard(ASIA, OCEANIA),
    s9: shard(ASIA, OCEANIA),
    s10: shard(ASIA, OCEANIA),
    s11: shard(ASIA, OCEANIA),
    s12: shard(SOUTH_AMERICA, AMERICA),
    s13: shard(SOUTH_AMERICA, AMERICA),
    s14: shard(OCEANIA, ASIA),
    s15: shard(AFRICA, EUROPE),
  },
  review: { acknowledge: PUBLIC_SWITCHES },
});
