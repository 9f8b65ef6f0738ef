import { type Group, PROFILE } from '../case';
import { expectEqual, expectError, expectShape, expectStatus } from '../expect';

export const PROFILES: Group = {
  name: 'profiles',
  part: 'contract',
  cases: [
    {
      name: 'shows a profile to anybody: 200; nobody’s: 404',
      run: async (api) => {
        const { username } = await api.join();
        const answer = await api.call('GET', `/api/profiles/${username}`);
        expectStatus(answer, 200);
        expectShape(answer.body.profile, PROFILE, 'profile');
        const expected = { username, bio: null, image: null, following: false };
        expectEqual(answer.body.profile, expected, 'profile');
        const nobody = await api.call('GET', `/api/profiles/${api.unique('nobody')}`);
        expectError(nobody, 404, 'profile', 'not found');
      },
    },
    {
      name: 'follows and unfollows: seen at once, by the follower alone, repeatable',
      run: async (api) => {
        const [{ username }, { token }, other] = [
          await api.join(),
          await api.join(),
          await api.join(),
        ];
        const path = `/api/profiles/${username}`;
        const following = async (as?: string) => {
          const answer = await api.call('GET', path, as === undefined ? {} : { token: as });
          return answer.body.profile?.following as unknown;
        };
        for (const method of ['POST', 'POST']) {
          const answer = await api.call(method, `${path}/follow`, { token });
          expectStatus(answer, 200);
          expectShape(answer.body.profile, PROFILE, 'profile');
          expectEqual(answer.body.profile.following, true, 'following in the answer');
        }
        expectEqual(await following(token), true, 'following as the follower reads it');
        expectEqual(await following(other.token), false, 'following as another reads it');
        expectEqual(await following(), false, 'following as anybody reads it');
        for (const method of ['DELETE', 'DELETE']) {
          const answer = await api.call(method, `${path}/follow`, { token });
          expectStatus(answer, 200);
          expectEqual(answer.body.profile.following, false, 'following in the answer');
        }
        expectEqual(await following(token), false, 'following afterwards');
      },
    },
    {
      name: 'following needs a token: 401; and somebody: 404',
      run: async (api) => {
        const { username, token } = await api.join();
        for (const method of ['POST', 'DELETE']) {
          const path = `/api/profiles/${username}/follow`;
          expectError(await api.call(method, path), 401, 'token', 'is missing');
          const nobody = `/api/profiles/${api.unique('nobody')}/follow`;
          expectError(await api.call(method, nobody, { token }), 404, 'profile', 'not found');
        }
      },
    },
  ],
};
