import { expect, it } from 'vitest';
import { redactText, secretsInConfiguration } from './configuration-secrets.ts';

it('finds secrets in variables, labels, history and commands, each with its place', () => {
  const found = secretsInConfiguration({
    env: [
      'PATH=/bin',
      'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
      'DB_PASSWORD=two words',
      'TOKEN_FILE=/run/secrets/t',
      'API_TOKEN=$OTHER',
      'URL=postgres://app:s3cretPw9@db/x',
    ],
    labels: { 'com.acme.token': 'abc123def456ghi789' },
    history: [
      '|1 NPM_TOKEN=abcDEF123 /bin/sh -c npm ci',
      'RUN /bin/sh -c echo "root:Sup3rPw" | chpasswd',
      'ENV ADMIN_PASSWORD admin',
      'RUN --mount=type=secret,id=token make',
    ],
    cmd: ['app', '--token=abcdefgh'],
    entrypoint: [],
    healthcheck: [],
  });
  expect(found.map(({ configuration, rule }) => `${configuration} ${rule}`)).toEqual([
    'env:DB_PASSWORD secret-in-configuration',
    'env:URL database-url',
    'label:com.acme.token secret-in-configuration',
    'history:0 secret-in-configuration',
    'history:1 chpasswd',
    'history:2 secret-in-configuration',
    'cmd secret-in-configuration',
  ]);
  expect(JSON.stringify(found)).not.toMatch(/s3cretPw9|two words|Sup3rPw|abcdefgh/);
});

it.each([
  ['DB_PASSWORD=two words', 'DB_PASSWORD=[redacted]'],
  ['é URL=postgres://app:s3cretPw9@db/x é', 'é URL=postgres://app:[redacted]@db/x é'],
  ['|2 NPM_TOKEN=abc V=1 /bin/sh -c npm ci', '|2 NPM_TOKEN=[redacted] V=1 /bin/sh -c npm ci'],
  ['/bin/sh -c #(nop)  ENV SECRET="two words"', '/bin/sh -c #(nop)  ENV SECRET="[redacted]"'],
  ['RUN app --password Tr0ub4dor x', 'RUN app --password [redacted] x'],
  ['PYTHON_VERSION=3.12.1', 'PYTHON_VERSION=3.12.1'],
  ['PASSWORD_FILE=/run/secrets/p', 'PASSWORD_FILE=/run/secrets/p'],
])('%s is shown as %s', (text, shown) => {
  expect(redactText(text)).toBe(shown);
});

it('takes no time over long hostile text', () => {
  for (const piece of ['a-', 'ENV ', '--a ', 'PASSWORD', 'x=', '://:', '|\t'])
    expect(redactText(piece.repeat(100_000)).length).toBeGreaterThan(0);
});

it('of thousands of secrets in a text over a mebibyte none is left', () => {
  const id = (i: number): string =>
    `AK${'IA'}Q3T5N7Z2P4W6${i
      .toString(4)
      .padStart(8, '0')
      .slice(-4)
      .replace(/\d/g, (d) => 'ZQXK'[Number(d)]!)}`;
  const pieces = [(i: number) => `X_TOKEN=q8${i} `, (i: number) => `${id(i)} `, (i: number) => `X_TOKEN=${id(i)} `];
  let text = '';
  for (let i = 0; text.length < (1 << 20) + 5000; i++) text += pieces[i % 3]!(i);
  expect(/AKIA|q8/.exec(redactText(text))).toBeNull();
});
