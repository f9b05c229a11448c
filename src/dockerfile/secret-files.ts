const byName: ReadonlyMap<string, string> = new Map([
  ['.env', 'settings with passwords'],
  ['.htpasswd', 'passwords'],
  ['.netrc', 'passwords'],
  ['_netrc', 'passwords'],
  ['.npmrc', 'a registry token'],
  ['.yarnrc.yml', 'a registry token'],
  ['.pypirc', 'a registry password'],
  ['.git-credentials', 'passwords'],
  ['.pgpass', 'passwords'],
  ['.my.cnf', 'passwords'],
  ['.dockercfg', 'registry passwords'],
  ['.vault-token', 'a token'],
  ['.terraformrc', 'a token'],
  ['terraform.tfstate', 'passwords'],
  ['kubeconfig', "a cluster's credentials"],
  ['id_rsa', 'a private key'],
  ['id_dsa', 'a private key'],
  ['id_ecdsa', 'a private key'],
  ['id_ed25519', 'a private key'],
  ['secring.gpg', 'a private key'],
  ['master.key', 'a key'],
  ['wallet.dat', 'keys'],
]);

const byPath: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /(?:^|\/)\.env\.(?!(?:example|sample|template|dist|defaults?|test)$)[\w.-]+$/,
    what: 'settings with passwords',
  },
  { pattern: /(?:^|\/)\.aws(?:\/(?:credentials|config))?$/, what: 'AWS credentials' },
  { pattern: /(?:^|\/)\.azure(?:\/|$)/, what: 'Azure credentials' },
  {
    pattern: /(?:^|\/)\.config\/gcloud(?:\/|$)|(?:^|\/)application_default_credentials\.json$/,
    what: 'Google credentials',
  },
  { pattern: /(?:^|\/)\.kube(?:\/config)?$/, what: "a cluster's credentials" },
  { pattern: /(?:^|\/)\.docker\/config\.json$/, what: 'registry passwords' },
  { pattern: /(?:^|\/)\.ssh(?:\/(?!known_hosts|authorized_keys|config$|[^/]+\.pub$)[^/]+)?$/, what: 'private keys' },
  { pattern: /(?:^|\/)\.gnupg(?:\/|$)/, what: 'private keys' },
  { pattern: /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i, what: 'a key store' },
  { pattern: /(?:^|[/._-])(?:key|private|privkey|server-key|client-key)[^/]*\.pem$|\.key$/i, what: 'a private key' },
  { pattern: /\.pem$/i, what: 'perhaps a private key' },
];

/** What a file of that name holds that should not be in an image; undefined where its name says nothing. */
export function secretFile(path: string): string | undefined {
  const clean = path.replace(/\/+$/, '');
  if (clean.length > 4096) return undefined;
  const name = clean.slice(clean.lastIndexOf('/') + 1);
  return byName.get(name) ?? byPath.find(({ pattern }) => pattern.test(clean))?.what;
}
