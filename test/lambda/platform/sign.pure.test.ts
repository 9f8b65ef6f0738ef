import { AwsV4Signer } from 'aws4fetch';
import { Signer } from '../../../lambda/platform/sign';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret/+', sessionToken: 'token==' };
const NOW = new Date('2026-11-28T01:02:03.456Z');

function request(region: string) {
  return {
    method: 'POST',
    url: new URL(`http://127.0.0.9:8000/`),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_X.GetItem' },
    body: JSON.stringify({ TableName: 'Maße', Key: { id: { S: 'topology' } } }),
    service: 'dynamodb',
    region,
  };
}

async function otherwise(region: string, credentials: typeof CREDENTIALS, datetime: string) {
  const { url, ...rest } = request(region);
  const options = { ...rest, ...credentials, url: url.href, datetime, allHeaders: true };
  return (await new AwsV4Signer(options).sign()).headers;
}

test('a signature is the one that AWS publishes for its example', () => {
  // `post-vanilla` of the test suite of Signature Version 4.
  const { authorization, ...others } = new Signer().headers(
    {
      method: 'POST',
      url: new URL('https://example.amazonaws.com/'),
      ...{ headers: {}, body: '', service: 'service', region: 'us-east-1' },
    },
    {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    },
    new Date('2015-08-30T12:36:00Z'),
  );
  expect(others).toEqual({ 'x-amz-date': '20150830T123600Z' });
  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      'SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  );
});

test('it is the one that another implementation makes, from one Region and day to the next', async () => {
  const signer = new Signer();
  const rotated = { ...CREDENTIALS, secretAccessKey: 'another' };
  const later = new Date(NOW.getTime() + 86_400_000);
  for (const [region, credentials, now, datetime] of [
    ['eu-central-1', CREDENTIALS, NOW, '20261128T010203Z'],
    ['us-east-2', CREDENTIALS, NOW, '20261128T010203Z'],
    ['eu-central-1', rotated, NOW, '20261128T010203Z'],
    ['eu-central-1', CREDENTIALS, later, '20261129T010203Z'],
    ['eu-central-1', CREDENTIALS, NOW, '20261128T010203Z'],
  ] as const) {
    const headers = signer.headers(request(region), credentials, now);
    const expected = await otherwise(region, credentials, datetime);
    expect(headers['authorization']).toBe(expected.get('authorization'));
    expect(headers['x-amz-security-token']).toBe(CREDENTIALS.sessionToken);
  }
});
