import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../../../lib/config';
import { loadAssembly } from '../../../../lib/tools/assembly';
import { intentOf, review, RULES } from '../../../../lib/tools/review';
import type { Finding } from '../../../../lib/tools/review';
import { Change } from './change';
import type { Stacks, TemplateFixture } from './change';
import type { Subject } from './mutations';

interface Manifest {
  artifacts: Record<
    string,
    {
      type: string;
      environment?: string;
      dependencies?: string[];
      properties: Record<string, unknown>;
    }
  >;
}

/** A synthesized assembly that defects are planted into, one at a time. */
export class Reference {
  private readonly manifest: Manifest;
  private readonly templates = new Map<string, string>();
  private readonly regions = new Map<string, string>();

  public constructor(
    private readonly directory: string,
    private readonly deployment: Deployment,
  ) {
    this.manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
    for (const [id, artifact] of Object.entries(this.manifest.artifacts)) {
      if (artifact.type !== 'aws:cloudformation:stack') continue;
      this.templates.set(id, readFileSync(this.file(id), 'utf8'));
      this.regions.set(id, String(artifact.environment?.split('/').pop()));
    }
  }

  public get stackIds(): readonly string[] {
    return [...this.templates.keys()];
  }

  /** Every resource of a type. */
  public subjects(type: string): readonly Subject[] {
    const serving = this.deployment.regions.map(({ name }) => name);
    return [...this.templates].flatMap(([stack, text]) => {
      const region = this.regions.get(stack)!;
      const { Resources } = JSON.parse(text) as TemplateFixture;
      return Object.entries(Resources)
        .filter(([, it]) => it.Type === type)
        .map(([id, it]) => ({
          key: `${stack}/${id}`,
          id,
          stack,
          region,
          other: serving.find((name) => name !== region)!,
          properties: (it.Properties ?? {}) as Record<string, unknown>,
        }));
    });
  }

  /** Findings with templates changed; the assembly is as before afterwards. */
  public withChange(plant: (change: Change) => void, rule?: string): readonly Finding[] {
    const stacks = this.lazyStacks();
    plant(new Change(stacks));
    const changed = Object.entries(stacks).map(
      ([id, { template }]) => [id, JSON.stringify(template)] as const,
    );
    try {
      for (const [id, text] of changed) writeFileSync(this.file(id), text);
      return this.findings(rule);
    } finally {
      for (const [id] of changed) writeFileSync(this.file(id), this.templates.get(id)!);
    }
  }

  /** Templates by stack, as text. */
  public get texts(): ReadonlyMap<string, string> {
    return this.templates;
  }

  /** Findings with templates in place of others; a new stack stands beside the one it is named after. */
  public withTexts(
    texts: ReadonlyMap<string, string>,
    beside: Readonly<Record<string, string>> = {},
  ): readonly Finding[] {
    const added = Object.keys(beside);
    try {
      for (const [id, text] of texts) {
        writeFileSync(
          added.includes(id) ? join(this.directory, `${id}.template.json`) : this.file(id),
          text,
        );
      }
      return this.withManifest((manifest) => {
        for (const [id, like] of Object.entries(beside)) {
          const artifact = structuredClone(manifest.artifacts[like]!);
          artifact.properties = {
            ...artifact.properties,
            templateFile: `${id}.template.json`,
            stackName: id,
          };
          manifest.artifacts[id] = artifact;
        }
      });
    } finally {
      for (const id of texts.keys()) {
        if (added.includes(id)) rmSync(join(this.directory, `${id}.template.json`));
        else writeFileSync(this.file(id), this.templates.get(id)!);
      }
    }
  }

  /** Findings with the manifest changed. */
  public withManifest(plant: (manifest: Manifest) => void, rule?: string): readonly Finding[] {
    const file = join(this.directory, 'manifest.json');
    const changed = structuredClone(this.manifest);
    plant(changed);
    try {
      writeFileSync(file, JSON.stringify(changed));
      return this.findings(rule);
    } finally {
      writeFileSync(file, JSON.stringify(this.manifest));
    }
  }

  public findings(rule?: string): readonly Finding[] {
    const rules = RULES.filter(({ id }) => rule === undefined || id === rule);
    return review(loadAssembly(this.directory), { intent: intentOf(this.deployment), rules })
      .findings;
  }

  /** Stacks by id, each read when it is first asked for; only those that were are enumerated. */
  private lazyStacks(): Stacks {
    return new Proxy<Stacks>(
      {},
      {
        get: (read, id) => {
          const text = this.templates.get(String(id));
          if (text !== undefined)
            read[String(id)] ??= { template: JSON.parse(text) as TemplateFixture };
          return read[String(id)];
        },
      },
    );
  }

  private file(id: string): string {
    return join(this.directory, String(this.manifest.artifacts[id]!.properties['templateFile']));
  }
}
