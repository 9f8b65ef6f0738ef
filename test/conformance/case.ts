import type { Api } from './api';

/** One promise of the contract. Cases share nothing, so that they run beside one another. */
export interface Case {
  readonly name: string;
  readonly run: (api: Api) => Promise<void>;
}

export interface Group {
  readonly name: string;
  /** `contract` is the public one; `extension` what this workload promises beyond it. */
  readonly part: 'contract' | 'extension';
  readonly cases: readonly Case[];
}

export const PROFILE = ['username', 'bio', 'image', 'following'] as const;
export const USER = ['email', 'token', 'username', 'bio', 'image'] as const;
/** Of an article in a list; alone, it has a `body` as well. */
export const SUMMARY = [
  'slug',
  'title',
  'description',
  'tagList',
  'createdAt',
  'updatedAt',
  'favorited',
  'favoritesCount',
  'author',
] as const;
export const COMMENT = ['id', 'createdAt', 'updatedAt', 'body', 'author'] as const;
export const BLANK = "can't be blank";
/** No article has this slug. */
export const NOWHERE = 'nothing-here-0000000000000';
