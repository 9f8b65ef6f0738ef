import { postFields, signPolicy } from '../../../lambda/platform/post-policy';

const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const GRANT = {
  bucket: 'shop-uploads',
  region: 'eu-central-1',
  key: 'media/17/a.png',
  contentType: 'image/png',
  bytes: [10, 10],
  seconds: 600,
  fields: { success_action_status: '201' },
} as const;
const NOW = new Date('2026-11-28T01:02:03.456Z');

function policyOf(fields: Readonly<Record<string, string>>): {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
} {
  const text = Buffer.from(fields['policy'] ?? '', 'base64').toString();
  return JSON.parse(text) as ReturnType<typeof policyOf>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html */
test('the signature is the one that AWS publishes for its example', () => {
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n');
  const scope = { ...KEYS, day: '20151229', region: 'us-east-1' };
  expect(signPolicy(Buffer.from(policy).toString('base64'), scope)).toBe(
    '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  );
});

test('a form admits one object of one type and size, until it expires', () => {
  const fields = postFields(GRANT, KEYS, NOW);
  expect(policyOf(fields)).toEqual({
    expiration: '2026-11-28T01:12:03.456Z',
    conditions: [
      { bucket: 'shop-uploads' },
      ['eq', '$key', 'media/17/a.png'],
      ['eq', '$Content-Type', 'image/png'],
      ['eq', '$success_action_status', '201'],
      ['eq', '$x-amz-algorithm', 'AWS4-HMAC-SHA256'],
      ['eq', '$x-amz-credential', `${KEYS.accessKeyId}/20261128/eu-central-1/s3/aws4_request`],
      ['eq', '$x-amz-date', '20261128T010203Z'],
      ['content-length-range', 10, 10],
    ],
  });
});

test('every field but policy and signature stands in the policy, a role’s token too', () => {
  const fields = postFields(GRANT, { ...KEYS, sessionToken: 'token' }, NOW);
  expect(fields['x-amz-security-token']).toBe('token');
  const named = policyOf(fields).conditions.flatMap((it) =>
    Array.isArray(it) && it[0] === 'eq' ? [String(it[1]).slice(1)] : [],
  );
  expect([...named, 'policy', 'x-amz-signature'].sort()).toEqual(Object.keys(fields).sort());
});

test('another Region, day or secret is another signature', () => {
  const signatures = [
    postFields(GRANT, KEYS, NOW),
    postFields({ ...GRANT, region: 'us-east-2' }, KEYS, NOW),
    postFields(GRANT, KEYS, new Date('2026-11-29T01:02:03.456Z')),
    postFields(GRANT, { ...KEYS, secretAccessKey: 'another' }, NOW),
  ].map((fields) => fields['x-amz-signature']);
  expect(new Set(signatures).size).toBe(4);
});
