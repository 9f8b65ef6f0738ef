import { cacheAnswer, cacheName, rewriteCaches } from '../../../../../lib/tools/twin/cache';

const KEY = 'Cache-eu-central-1/Sessions';
const GROUP = 'AWS::ElastiCache::ReplicationGroup';

describe('endpoints of caches', () => {
  it.each([
    [GROUP, 'PrimaryEndPoint.Address', cacheName(KEY)],
    [GROUP, 'PrimaryEndPoint.Port', '6379'],
    [GROUP, 'ReaderEndPoint.Address', cacheName(KEY)],
    [GROUP, 'ConfigurationEndPoint.Address', cacheName(KEY)],
    [GROUP, 'ConfigurationEndPoint.Port', '6379'],
    [GROUP, 'Ref', undefined],
    [GROUP, 'PrimaryEndPoint', undefined],
    ['AWS::ElastiCache::ServerlessCache', 'Endpoint.Address', cacheName(KEY)],
    ['AWS::ElastiCache::ServerlessCache', 'Endpoint.Port', '6379'],
    ['AWS::ElastiCache::ServerlessCache', 'ARN', undefined],
    ['AWS::RDS::DBCluster', 'Endpoint.Address', undefined],
  ])('%s answers %s with %s', (type, attribute, expected) => {
    expect(cacheAnswer(type, KEY, attribute)).toBe(expected);
  });

  it('names caches apart', () => {
    expect(cacheName('Cache-eu-central-1/A')).not.toBe(cacheName('Cache-us-east-2/A'));
    expect(cacheName(KEY)).toMatch(/^[a-z0-9-]+(\.[a-z-]+)+$/);
  });

  it('puts the place where the name stood, without TLS', () => {
    const rewrite = rewriteCaches(new Map([[KEY, { address: '127.1.0.30', port: 16_379 }]]));
    const name = cacheName(KEY);
    expect(rewrite(`rediss://${name}:6379`)).toBe('redis://127.1.0.30:16379');
    expect(rewrite(`redis://${name}:6379/0`)).toBe('redis://127.1.0.30:16379/0');
    expect(rewrite(`${name}:6379`)).toBe('127.1.0.30:16379');
    expect(rewrite(name)).toBe('127.1.0.30');
    expect(rewrite(`a,${name}:6379,b`)).toBe('a,127.1.0.30:16379,b');
    expect(rewrite('rediss://cache.example.com:6379')).toBe('rediss://cache.example.com:6379');
  });
});
