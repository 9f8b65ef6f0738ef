import { objectName } from '../../../../../lib/tools/twin/tables/private/objects';

describe('objectName', () => {
  test('takes the bucket from a virtual-hosted name', () => {
    expect(objectName('my-bucket.s3.eu-central-1.amazonaws.com', '/drained/x?versionId=1')).toEqual(
      { bucket: 'my-bucket', key: 'drained/x' },
    );
  });

  test('takes the bucket from the path', () => {
    expect(objectName('127.1.0.20:8000', '/my-bucket/a%20b/c')).toEqual({
      bucket: 'my-bucket',
      key: 'a b/c',
    });
  });

  test.each(['/my-bucket/../other', '/my-bucket/%2e%2e/other', '/../etc/passwd', '/b/a%00b'])(
    'refuses %s, which leaves the bucket',
    (path) => {
      expect(objectName('127.1.0.20', path)).toBeUndefined();
    },
  );

  test.each(['/', '/my-bucket', '/my-bucket/', '/b/%zz'])('finds no object in %s', (path) => {
    expect(objectName('127.1.0.20', path)).toBeUndefined();
  });
});
