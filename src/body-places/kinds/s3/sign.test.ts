import { expect, test } from 'vitest';
import { s3Path, signedHeaders } from './sign.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const terms = { credentials, region: 'us-east-1', now: new Date('2013-05-24T00:00:00Z') };
const signatureOf = (request: Parameters<typeof signedHeaders>[0]) =>
  signedHeaders(request, terms)['authorization']!.split('Signature=')[1];

// The examples of the Amazon S3 API reference, "Signature Calculations for the Authorization Header".
test('requests are signed as Amazon signs its examples', () => {
  const host = 'https://examplebucket.s3.amazonaws.com';
  const range = { range: 'bytes=0-9' };
  expect(signedHeaders({ method: 'GET', url: new URL(`${host}/test.txt`), headers: range }, terms)).toEqual({
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  });
  const put = {
    method: 'PUT',
    url: new URL(`${host}${s3Path('/test$file.text')}`),
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: Buffer.from('Welcome to Amazon S3.'),
  };
  expect(signatureOf(put)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  const get = (query: string) => ({ method: 'GET', url: new URL(`${host}/?${query}`), headers: {} });
  expect(signatureOf(get('lifecycle='))).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
  expect(signatureOf(get('max-keys=2&prefix=J'))).toBe(
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

test('a session token is signed with the rest', () => {
  const url = new URL('https://examplebucket.s3.amazonaws.com/x');
  const session = { ...terms, credentials: { ...credentials, sessionToken: 'token' } };
  expect(signedHeaders({ method: 'GET', url, headers: {} }, session)['authorization']).toContain(
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
  );
});
