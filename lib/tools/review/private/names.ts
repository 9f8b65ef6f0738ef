import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import { within } from './view';
import type { View } from './view';
import { workloadsOf } from './workloads';

type Kind =
  'secret' | 'table' | 'key alias' | 'topic' | 'log group' | 'queue' | 'bucket' | 'function';

/** A name that some resource of a Region uses. */
export interface Use {
  readonly by: AssemblyResource;
  readonly what: Kind;
  readonly name: string;
  readonly region: string;
}

export interface Bearers {
  /** Resources that bear the name in the Region of the use. */
  readonly here: readonly AssemblyResource[];
  readonly elsewhere: readonly AssemblyResource[];
}

export interface Names {
  readonly uses: readonly Use[];
  /** Kinds of which the assembly has any named resource. */
  readonly kinds: ReadonlySet<Kind>;
  bearers(use: Use): Bearers;
}

const TYPES: Readonly<Record<string, readonly [Kind, property: string, replicas?: string]>> = {
  'AWS::SecretsManager::Secret': ['secret', 'Name', 'ReplicaRegions'],
  'AWS::DynamoDB::GlobalTable': ['table', 'TableName', 'Replicas'],
  'AWS::DynamoDB::Table': ['table', 'TableName'],
  'AWS::KMS::Alias': ['key alias', 'AliasName'],
  'AWS::SNS::Topic': ['topic', 'TopicName'],
  'AWS::SQS::Queue': ['queue', 'QueueName'],
  'AWS::Logs::LogGroup': ['log group', 'LogGroupName'],
  'AWS::S3::Bucket': ['bucket', 'BucketName'],
};

interface Bearer {
  readonly resource: AssemblyResource;
  readonly regions: ReadonlySet<string>;
}

/** Every use of a name or ARN of this account, and who bears it where. */
export const namesOf = (view: View): Names => {
  const bearers = new Map<string, Bearer[]>();
  const kinds = new Set<Kind>();
  for (const [type, [kind, property, replicas]] of Object.entries(TYPES)) {
    for (const resource of view.all(type)) {
      const name = view.text(resource, property);
      if (name === undefined) continue;
      kinds.add(kind);
      const listed = replicas === undefined ? [] : view.list(resource, replicas);
      const regions = listed.flatMap((it) => view.textOf(within(it, 'Region')) ?? []);
      // A global table stands where its replicas are, any other resource in its stack's Region too.
      const own =
        type === 'AWS::DynamoDB::GlobalTable' && regions.length > 0 ? [] : [resource.stack.region];
      const key = `${kind} ${name}`;
      bearers.set(key, [
        ...(bearers.get(key) ?? []),
        { resource, regions: new Set([...own, ...regions]) },
      ]);
    }
  }
  const lookUp = (use: Use): Bearers => {
    const all = bearers.get(`${use.what} ${use.name}`) ?? [];
    const isHere = ({ regions }: Bearer): boolean =>
      use.what === 'bucket' || regions.has(use.region);
    return {
      here: all.filter(isHere).map(({ resource }) => resource),
      elsewhere: all.filter((it) => !isHere(it)).map(({ resource }) => resource),
    };
  };
  return { uses: usesIn(view, bearers), kinds, bearers: lookUp };
};

const ARNS: readonly (readonly [Kind, RegExp])[] = [
  [
    'secret',
    /arn:aws[\w-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:([\w/+=.@-]+?)(?:-\?{6}|-\*)?$/,
  ],
  ['table', /arn:aws[\w-]*:dynamodb:([a-z0-9-]+):\d{12}:table\/([\w.-]+)/],
  ['key alias', /arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:(alias\/[\w/-]+)$/],
  ['topic', /arn:aws[\w-]*:sns:([a-z0-9-]+):\d{12}:([\w-]+)$/],
  ['queue', /arn:aws[\w-]*:sqs:([a-z0-9-]+):\d{12}:([\w.-]+)$/],
];
const DYNAMIC = /\{\{resolve:secretsmanager:(?!arn:)([^:}]+)[:}]/g;
/** What describes a resource for people, and policies' conditions, use nothing. */
const SKIPPED = new Set(['Tags', 'Description', 'Comment', 'AlarmDescription', 'Condition']);

function usesIn(view: View, bearers: ReadonlyMap<string, readonly Bearer[]>): readonly Use[] {
  const found = new Map<string, Use>();
  const add = (by: AssemblyResource, what: Kind, name: string, region: string): void => {
    found.set(`${by.key}\n${what}\n${name}\n${region}`, { by, what, name, region });
  };
  for (const by of view.all()) {
    const ownNames = TYPES[by.type]?.[1];
    visit(
      view.props(by),
      (text) => {
        const known = view.textOf(text) ?? '';
        if (known.startsWith('arn:')) {
          for (const [what, pattern] of ARNS) {
            const [, region, name] = pattern.exec(known) ?? [];
            if (region !== undefined && name !== undefined) add(by, what, name, region);
          }
        }
        if (!known.includes('{{resolve:')) return;
        for (const [, name] of known.matchAll(DYNAMIC))
          if (name !== undefined) add(by, 'secret', name, by.stack.region);
      },
      ownNames,
    );
  }
  // Plain names in variables of what runs: only those that some resource bears are names.
  for (const by of workloadsOf(view)) {
    visit(view.at(by, 'Environment') ?? view.at(by, 'ContainerDefinitions') ?? [], (text) => {
      const known = view.textOf(text) ?? '';
      for (const what of ['secret', 'table', 'queue'] as const) {
        if (bearers.has(`${what} ${known}`)) add(by, what, known, by.stack.region);
      }
    });
  }
  return [...found.values()].filter((use) => !isElsewhereByDesign(view, use));
}

/** A table whose Regions are a list of their own, such as a control table, is reached by Region. */
function isElsewhereByDesign(view: View, { by, what, name }: Use): boolean {
  if (what !== 'table' || !workloadsOf(view).includes(by)) return false;
  return view
    .all('AWS::DynamoDB::GlobalTable')
    .some(
      (it) =>
        view.text(it, 'TableName') === name && view.text(it, 'MultiRegionConsistency') === 'STRONG',
    );
}

function visit(value: Json, meet: (text: string) => void, except?: string): void {
  if (typeof value === 'string') meet(value);
  else if (isJsonList(value)) for (const item of value) visit(item, meet);
  else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key !== except && !SKIPPED.has(key)) visit(item, meet);
    }
  }
}
