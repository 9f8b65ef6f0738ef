import type { Group } from '../case';
import { ARTICLES } from './articles';
import { COMMENTS } from './comments';
import { CORS, REPEATS, SESSIONS } from './extensions';
import { DISCOVERY } from './discovery';
import { DRAFTS } from './drafts';
import { FAVORITES } from './favorites';
import { FEED, LISTS, TAGS } from './lists';
import { NOTIFICATIONS } from './notifications';
import { PROFILES } from './profiles';
import { UPLOADS } from './uploads';
import { USERS } from './users';

export const GROUPS: readonly Group[] = [
  USERS,
  PROFILES,
  ARTICLES,
  LISTS,
  FEED,
  TAGS,
  COMMENTS,
  FAVORITES,
  CORS,
  SESSIONS,
  REPEATS,
  DISCOVERY,
  NOTIFICATIONS,
  DRAFTS,
  UPLOADS,
];
