import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../cli/plimsoll.ts';

/** How a stand-in for a public base image is made: by the real engine, from Debian and what this machine has. */
export interface Toolchain {
  readonly name: string;
  /** What it stands for. */
  readonly summary: string;
  /** Files of this machine that go into the context: name there, path here. */
  readonly files?: Readonly<Record<string, string>>;
  /** `{{debian}}` is the imported Debian 12 with this machine's authorities. */
  readonly dockerfile: string;
}

/** Where builders find the authorities that sign for the registries here: npm, pip and the like do not look at Debian's. */
const trusting =
  'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt';

/** Java has a store of its own. */
const javaAuthorities = { cacerts: '/etc/ssl/certs/java/cacerts' };
const trustingJava = 'COPY cacerts /etc/ssl/certs/java/cacerts\n';

const node = join(root, 'node_modules/node/bin/node');

function installing(...packages: readonly string[]): string {
  return `FROM {{debian}}\nRUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*\n${trusting}\n`;
}

function gathered(packages: readonly string[], rest = ''): string {
  return `FROM {{debian}} AS fetch\nCOPY gather /gather\nRUN sh /gather ${packages.join(' ')}\nFROM scratch\nCOPY --from=fetch /gathered /\n${rest}ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nUSER 65532\nWORKDIR /home/nonroot\n`;
}

const gather = { gather: join(import.meta.dirname, 'gather') };
const cc = ['base-files', 'netbase', 'tzdata', 'libc6', 'libssl3', 'libgcc-s1', 'libstdc++6', 'zlib1g'];

/** Every stand-in. `-build` ones have compilers and a shell, the others are like distroless images. */
export const toolchains: readonly Toolchain[] = [
  {
    name: 'static',
    summary: 'distroless static',
    files: gather,
    dockerfile: gathered(['base-files', 'netbase', 'tzdata']),
  },
  { name: 'cc', summary: 'distroless cc', files: gather, dockerfile: gathered(cc) },
  {
    name: 'node-build',
    summary: 'the slim node image: node and npm',
    files: { node, npm: npmFolder() },
    dockerfile: `FROM {{debian}}\n${trusting}\nCOPY node /usr/local/bin/node\nCOPY npm /usr/local/lib/node_modules/npm\nRUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx\n`,
  },
  {
    name: 'node',
    summary: 'distroless nodejs',
    files: { ...gather, node },
    dockerfile: gathered(cc, 'COPY node /nodejs/bin/node\nENTRYPOINT ["/nodejs/bin/node"]\n'),
  },
  {
    name: 'python-build',
    summary: 'the slim python image',
    dockerfile:
      installing('python3', 'python3-pip') +
      'RUN rm /usr/lib/python3.11/EXTERNALLY-MANAGED && ln -s python3 /usr/bin/python\n',
  },
  {
    name: 'python',
    summary: 'distroless python3',
    files: gather,
    dockerfile: gathered([...cc, 'python3'], 'ENTRYPOINT ["/usr/bin/python3"]\n'),
  },
  {
    name: 'java-build',
    summary: 'the maven image',
    files: javaAuthorities,
    dockerfile: `${installing('openjdk-17-jdk-headless', 'maven')}${trustingJava}`,
  },
  {
    name: 'gradle-build',
    summary: 'the gradle image',
    files: javaAuthorities,
    dockerfile: `${installing('openjdk-17-jdk-headless', 'gradle')}${trustingJava}`,
  },
  {
    name: 'java',
    summary: 'distroless java17',
    files: gather,
    dockerfile: gathered(
      [...cc, 'openjdk-17-jre-headless'],
      'ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64\nCOPY --from=fetch /gathered/usr/lib/jvm/java-17-openjdk-amd64/bin/java /usr/lib/jvm/java-17-openjdk-amd64/bin/java\n',
    ).replace('ENV PATH=', 'ENV PATH=/usr/lib/jvm/java-17-openjdk-amd64/bin:'),
  },
  {
    name: 'go-build',
    summary: 'the golang image',
    files: { go: '/usr/local/go' },
    dockerfile: `FROM {{debian}}\n${trusting}\nCOPY go /usr/local/go\nENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOPATH=/go GOTOOLCHAIN=local\n`,
  },
  {
    name: 'rust-build',
    summary: 'the rust image',
    files: { bin: join(rustFolder(), 'bin'), lib: join(rustFolder(), 'lib') },
    dockerfile: `${installing('gcc', 'libc6-dev')}COPY bin /usr/local/rust/bin\nCOPY lib /usr/local/rust/lib\nENV PATH=/usr/local/cargo/bin:/usr/local/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CARGO_HOME=/usr/local/cargo\n`,
  },
  { name: 'c-build', summary: 'the gcc image', dockerfile: installing('gcc', 'g++', 'libc6-dev', 'make') },
  {
    name: 'ruby',
    summary: 'the slim ruby image',
    dockerfile: installing('ruby', 'bundler', 'ca-certificates'),
  },
  {
    name: 'ruby-build',
    summary: 'the ruby image',
    dockerfile: installing('ruby', 'ruby-dev', 'bundler', 'build-essential'),
  },
  {
    name: 'web',
    summary: 'nginx-unprivileged',
    files: { 'nginx.conf': join(import.meta.dirname, 'nginx.conf') },
    dockerfile: `${installing('nginx-light')}COPY nginx.conf /etc/nginx/nginx.conf\nRUN rm -rf /usr/share/nginx/html/* && mkdir -p /etc/nginx/conf.d && echo 'server { listen 8080; root /usr/share/nginx/html; }' >/etc/nginx/conf.d/default.conf\nUSER 101\nCMD ["nginx", "-g", "daemon off;"]\n`,
  },
  { name: 'composer-build', summary: 'the composer image', dockerfile: installing('composer', 'php-cli') },
  {
    name: 'php',
    summary: 'the php image with Apache: its foreground script, variables that the environment may set',
    files: { 'apache2-foreground': join(import.meta.dirname, 'apache2-foreground') },
    dockerfile: `${installing('apache2', 'libapache2-mod-php', 'php-cli')}COPY apache2-foreground /usr/local/bin/
RUN chmod 0755 /usr/local/bin/apache2-foreground && rm -rf /var/www/html/* && \\
    sed -ri 's/^export ([A-Z_]+)=(.*)$/: \\\${\\1:=\\2}\\nexport \\1/' /etc/apache2/envvars && \\
    ln -sf /dev/stdout /var/log/apache2/access.log && ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log && ln -sf /dev/stderr /var/log/apache2/error.log
STOPSIGNAL SIGWINCH
`,
  },
];

function npmFolder(): string {
  const places = ['/usr/local/lib/node_modules/npm', '/usr/lib/node_modules/npm', '/usr/share/nodejs/npm'];
  return places.find((path) => existsSync(path)) ?? '';
}

/** The compiler of the stable toolchain, past rustup's proxies. */
function rustFolder(): string {
  const toolchains = join(homedir(), '.rustup/toolchains');
  const names = existsSync(toolchains) ? readdirSync(toolchains) : [];
  return join(toolchains, names.find((name) => name.startsWith('stable')) ?? 'none');
}
