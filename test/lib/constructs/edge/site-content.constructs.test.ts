import { SiteContent } from '../../../../lib/constructs/edge';
import { bundleFixture, directoryOf, only, statements, templateOf } from '../../../support/stack';

const directory = directoryOf({ 'index.html': 'hello', '404.html': 'nothing' });
const handler = bundleFixture();
const template = templateOf((stack) => {
  new SiteContent(stack, 'Site', { bucketName: 'a-site', directory, handler });
});
interface File {
  readonly Key: string;
  readonly ContentType: string;
  readonly CacheControl: string;
  readonly Source: string;
}
const { Bucket, Files } = only(template, 'Custom::MeridianSite') as {
  Bucket: string;
  Files: File[];
};

test('each file is copied from the asset bucket with a content type and a lifetime', () => {
  expect(Bucket).toBe('a-site');
  expect(Files.map(({ Key }) => Key)).toEqual(['404.html', 'index.html']);
  for (const file of Files) {
    expect(file).toMatchObject({
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'public, max-age=60',
    });
    expect(file.Source).toMatch(
      /^cdk-hnb659fds-assets-123456789012-us-east-2\/[0-9a-f]{64}\.html$/,
    );
  }
});

test('the copier reads exactly these files and writes into exactly this bucket', () => {
  expect(statements(template).slice(1)).toEqual([
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: Files.map(({ Source }) => `arn:aws:s3:::${Source}`).sort(),
    },
    {
      Effect: 'Allow',
      Action: ['s3:DeleteObject', 's3:PutObject'],
      Resource: 'arn:aws:s3:::a-site/*',
    },
  ]);
});
