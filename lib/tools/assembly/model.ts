import type { Json, JsonObject } from './json';

/** Everything that would be deployed, in all Regions, as one typed graph. */
export interface Assembly {
  /** Absolute path of the assembly's directory. */
  readonly directory: string;
  /** By artifact id, in the order of the manifest; stacks of nested assemblies included. */
  readonly stacks: ReadonlyMap<string, AssemblyStack>;
  /** Who refers to whom. Computed at first use, in time linear in the size of the templates. */
  readonly edges: readonly Edge[];
  /** Resources of all stacks in manifest order; those left out by a condition included. */
  resources(filter?: ResourceFilter): readonly AssemblyResource[];
  /** A resource by its key, `STACK_ID/LOGICAL_ID`. */
  resource(key: string): AssemblyResource | undefined;
  /**
   * Evaluates a template's value as CloudFormation would, as far as the assembly determines it.
   *
   * A value that *is* a reference to a resource is a `symbol`. Inside a composite (`Fn::Join`, an
   * object, …) a reference is replaced by what `answer` says, else by what the resource's own
   * template determines (its name, its ARN); without either the composite is `unknown`.
   *
   * @param value  any part of the template of `at`
   * @param at     whose parameters, mappings, conditions and Region hold
   * @param answer supplies attributes that only exist after deployment; `undefined` = no answer
   */
  resolve(value: unknown, at: AssemblyStack | AssemblyResource, answer?: Answer): Resolution;
}

export type Answer = (symbol: ResourceAttribute) => Json | undefined;

export interface ResourceFilter {
  readonly type?: string;
  /** Artifact id. */
  readonly stack?: string;
  readonly region?: string;
}

export type Resolution =
  /** `null` stands for an absent property (`AWS::NoValue`); templates cannot hold null. */
  | { readonly kind: 'known'; readonly value: Json }
  /** `value` is set where the resource's own template determines the attribute, such as its name. */
  | { readonly kind: 'symbol'; readonly symbol: ResourceAttribute; readonly value?: Json }
  | { readonly kind: 'unknown'; readonly reason: string };

/** An attribute of a resource, as a template refers to it. */
export interface ResourceAttribute {
  /** Key of the resource. */
  readonly resource: string;
  /** `Ref`, or the attribute's name as `Fn::GetAtt` has it. */
  readonly attribute: string;
}

export interface AssemblyStack {
  /** Artifact id. */
  readonly id: string;
  /** Name of the CloudFormation stack. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly terminationProtection: boolean;
  /** Absolute path of the template. */
  readonly templateFile: string;
  readonly template: Template;
  /** Ids of the stacks that must be deployed before this one, as the manifest states them. */
  readonly dependencies: readonly string[];
  /** Values of parameters given by the manifest; they go before the template's defaults. */
  readonly parameters: ReadonlyMap<string, string>;
  /** By source hash. */
  readonly assets: ReadonlyMap<string, FileAsset>;
  /** By logical id, in the order of the template. */
  readonly resources: ReadonlyMap<string, AssemblyResource>;
}

/** Sections of a template; absent ones are empty. */
export interface Template {
  readonly parameters: JsonObject;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  readonly outputs: JsonObject;
}

/** A file or directory that is published to a bucket before the stack is deployed. */
export interface FileAsset {
  readonly hash: string;
  /** Absolute path. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  /** Keys under which templates find it in the asset bucket. */
  readonly objectKeys: readonly string[];
}

export interface AssemblyResource {
  /** `STACK_ID/LOGICAL_ID`. */
  readonly key: string;
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  /** For example `AWS::S3::Bucket`. */
  readonly type: string;
  /** As written: intrinsic functions unresolved. */
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** Name of the condition that decides whether it exists. */
  readonly condition: string | undefined;
  /** Logical ids of the same stack. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** As written; empty where there is none. */
  readonly updatePolicy: JsonObject;
  /** Whether the condition lets it exist; `unknown` where the assembly does not say. */
  readonly included: boolean | 'unknown';
}

export interface Edge {
  /** Key of the resource that refers. */
  readonly from: string;
  /** Key of the resource that is referred to. */
  readonly to: string;
  /**
   * `ref`, `getatt`: within a template. `output`: through an export, a stack output or a binding.
   * `name`, `arn`: text that equals the other resource's computed name or ARN.
   */
  readonly kind: 'ref' | 'getatt' | 'output' | 'name' | 'arn';
  /** Path of the referring property below `Properties`, for example `Targets[0].Id`. */
  readonly path: string;
}
