import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { hasProgram } from '../make/real-images/host.ts';
import { runCommand } from '../make/run-command.ts';
import { copiedOut, inContainer, noContainerReason } from './in-container.ts';
import { packageLines, ScanPlace, sortedLines } from './scan-place.ts';

const place = new ScanPlace();
afterAll(() => place.remove());

const records = new Map<string, Promise<ImageRecord>>();

function recordOf(name: string): Promise<ImageRecord> {
  const record = records.get(name) ?? place.scanReal(name);
  records.set(name, record);
  return record;
}

/** Runs a test with an image where it can be had. */
function withImage(name: string, program: string | undefined, title: string, run: () => Promise<void>): void {
  const missing = program === undefined || hasProgram(program) ? undefined : `${program} is not installed`;
  const reason = noContainerReason(name) ?? missing;
  test.skipIf(reason !== undefined)(`${title}${reason === undefined ? '' : ` (skipped: ${reason})`}`, run, 600_000);
}

describe('packages of languages', () => {
  withImage('node', 'npm', 'npm: those of the application are those that npm lists, by folder', async () => {
    const folder = await copiedOut('node', '/srv/app', place.at('node'));
    const listed = await runCommand('npm', ['ls', '--all', '--parseable', '--long', '--offline'], {
      cwd: join(folder, 'app'),
    });
    const theirs = sortedLines(listed).map((line) => {
      const [path, name] = line.slice(folder.length).split(':');
      return `${name!.replace(/@([^@]*)$/, ' $1')} /srv${path}/package.json`;
    });
    const record = await recordOf('node');
    const ours = packageLines(record, 'npm', (found) => `${found.name} ${found.version} ${found.place.path}`);
    expect(ours.filter((line) => line.includes(' /srv/app/'))).toEqual(theirs.sort());
    expect(theirs).toContain('@babel/traverse 7.20.0 /srv/app/node_modules/@babel/traverse/package.json');
  });

  withImage('node', undefined, 'npm: those elsewhere belong to the Debian package that dpkg names', async () => {
    const record = await recordOf('node');
    const names = new Map(record.packages.map(({ id, name }) => [id, name]));
    const owned = record.packages.filter(({ type, ownedBy }) => type === 'npm' && ownedBy !== undefined);
    const paths = owned.map((found) => found.place.path!);
    const answers = await inContainer('node', 'dpkg-query', '--search', ...new Set(paths));
    const ours = new Set(owned.map(({ ownedBy, place: { path } }) => `${names.get(ownedBy!)}: ${path}`));
    expect([...ours].sort()).toEqual(
      sortedLines(answers)
        .map((line) => line.replace(/^([^:]+):amd64:/, '$1:'))
        .sort(),
    );
    expect(paths.filter((path) => path.startsWith('/srv/'))).toEqual([]);
    const unowned = record.packages.filter(
      ({ type, ownedBy, place: { path } }) => type === 'npm' && ownedBy === undefined && !path!.startsWith('/srv/app/'),
    );
    expect(unowned).toEqual([]);
  });

  withImage('python', undefined, "Python: those that python's own importlib.metadata finds", async () => {
    const script =
      'import importlib.metadata as m\nfor d in m.distributions(): print(d.metadata["Name"].lower(), d.version, d._path)';
    const theirs = sortedLines(await inContainer('python', 'python3', '-c', script));
    const ours = packageLines(await recordOf('python'), 'pypi', (found) => {
      return `${found.name} ${found.version} ${found.place.path!.replace(/\/(METADATA|PKG-INFO)$/, '')}`;
    });
    expect(ours).toEqual(theirs);
    expect(ours).toContain('lighthouse 0.3.1 /usr/lib/python3/dist-packages/lighthouse-0.3.1.egg-info');
  });

  withImage('ruby', undefined, 'Ruby: those that rubygems lists, one for each gemspec', async () => {
    const record = await recordOf('ruby');
    const script = 'Gem::Specification.each { |s| puts "#{s.name} #{s.version}" }';
    const theirs = sortedLines(await inContainer('ruby', 'ruby', '-e', script));
    expect([...new Set(packageLines(record, 'gem'))]).toEqual(theirs);
    const files = await inContainer(
      'ruby',
      'find',
      '/usr',
      '/var',
      '-type',
      'f',
      '-path',
      '*/specifications/*.gemspec',
    );
    expect(packageLines(record, 'gem', (found) => found.place.path!)).toEqual(sortedLines(files));
    expect(theirs).toContain('nokogiri 1.8.1');
  });

  withImage(
    'go',
    'go',
    'Go: modules and toolchain of a program, stripped or not, are those that go names',
    async () => {
      const folder = await copiedOut('go', '/usr/local/bin', place.at('go'));
      const theirs = [];
      for (const program of ['pilot', 'pilot-stripped']) {
        const said = await runCommand('go', ['version', '-m', join(folder, 'bin', program)]);
        theirs.push(`stdlib ${/: go(\S+)/.exec(said)![1]} ${program}`);
        for (const [, , name, version] of said.matchAll(/^\t(mod|dep)\t(\S+)\t(\S+)/gm))
          theirs.push(`${name} ${version} ${program}`);
      }
      const ours = packageLines(
        await recordOf('go'),
        'golang',
        (found) =>
          `${found.name} ${found.version === '' ? '(devel)' : found.version} ${found.place.path!.slice('/usr/local/bin/'.length)}`,
      );
      expect(ours).toEqual(theirs.sort());
      expect(ours).toContain('golang.org/x/net v0.7.0 pilot-stripped');
    },
  );

  withImage(
    'rust',
    'objcopy',
    'Rust: crates of a program are those in the section that cargo auditable wrote',
    async () => {
      const folder = await copiedOut('rust', '/usr/bin/harbour-buoy', place.at('rust'));
      const section = join(folder, 'section');
      await runCommand('objcopy', [
        '-O',
        'binary',
        '--only-section=.dep-v0',
        '--set-section-flags',
        '.dep-v0=alloc',
        join(folder, 'harbour-buoy'),
        section,
      ]);
      const { packages } = JSON.parse(inflateSync(readFileSync(section)).toString()) as {
        packages: { name: string; version: string; kind?: string }[];
      };
      // What only ran while building is not in the program.
      const theirs = packages.filter(({ kind }) => kind !== 'build').map(({ name, version }) => `${name} ${version}`);
      const ours = packageLines(await recordOf('rust'), 'cargo');
      expect(ours).toEqual(theirs.sort());
      expect(ours).toEqual(
        expect.arrayContaining(['harbour-buoy 0.2.0', 'regex 1.5.4', 'smallvec 1.6.0', 'time 0.1.43']),
      );
    },
  );

  withImage(
    'java',
    undefined,
    'Java: jars alone, nested in a fat jar, in a war, and what was shaded into one',
    async () => {
      const ours = packageLines(
        await recordOf('java'),
        'maven',
        ({ name, version, place: at }) => `${name} ${version} ${[at.path, at.innerPath].filter(Boolean).join(' ! ')}`,
      );
      const inner = (group: string, artifact: string): string => `META-INF/maven/${group}/${artifact}/pom.properties`;
      const [core, jr] = ['com.fasterxml.jackson.core', 'com.fasterxml.jackson.jr'];
      expect(ours).toEqual(
        [
          'org.apache.logging.log4j:log4j-core 2.14.1 /opt/app/lib/log4j-core-2.14.1.jar',
          'org.apache.logging.log4j:log4j-api 2.14.1 /opt/app/lib/log4j-api-2.14.1.jar',
          'org.apache.commons:commons-text 1.9 /opt/app/lib/commons-text-1.9.jar',
          `${core}:jackson-databind 2.9.8 /opt/app/lib/jackson-databind-2.9.8.jar`,
          'org.yaml:snakeyaml 1.26 /opt/app/lib/snakeyaml-1.26.jar',
          'org.springframework:spring-core 5.3.17 /opt/app/lib/spring-core-5.3.17.jar',
          `${jr}:jackson-jr-all 2.9.8 /opt/app/lib/jackson-jr-all-2.9.8.jar`,
          `${jr}:jackson-jr-objects 2.9.8 /opt/app/lib/jackson-jr-all-2.9.8.jar ! ${inner(jr, 'jackson-jr-objects')}`,
          `${jr}:jackson-jr-stree 2.9.8 /opt/app/lib/jackson-jr-all-2.9.8.jar ! ${inner(jr, 'jackson-jr-stree')}`,
          `${core}:jackson-core 2.9.8 /opt/app/lib/jackson-jr-all-2.9.8.jar ! ${inner(core, 'jackson-core')}`,
          'harbour-ledger 3.2.1 /opt/app/harbour-ledger.jar',
          'org.apache.logging.log4j:log4j-core 2.14.1 /opt/app/harbour-ledger.jar ! BOOT-INF/lib/log4j-core-2.14.1.jar',
          'org.apache.logging.log4j:log4j-api 2.14.1 /opt/app/harbour-ledger.jar ! BOOT-INF/lib/log4j-api-2.14.1.jar',
          `${core}:jackson-databind 2.9.8 /opt/app/harbour-ledger.jar ! BOOT-INF/lib/jackson-databind-2.9.8.jar`,
          'org.yaml:snakeyaml 1.26 /opt/app/harbour-ledger.jar ! BOOT-INF/lib/snakeyaml-1.26.jar',
          'harbour-web  /opt/tomcat/webapps/harbour-web.war',
          'org.apache.commons:commons-text 1.9 /opt/tomcat/webapps/harbour-web.war ! WEB-INF/lib/commons-text-1.9.jar',
        ].sort(),
      );
    },
  );

  withImage('java', 'unzip', 'Java: what is said to be shaded into a jar is what unzip lists there', async () => {
    const folder = await copiedOut('java', '/opt/app/lib', place.at('java'));
    const listed = await runCommand('unzip', ['-Z1', join(folder, 'lib/jackson-jr-all-2.9.8.jar')]);
    const theirs = sortedLines(listed).filter((name) => name.endsWith('/pom.properties'));
    const record = await recordOf('java');
    const inside = record.packages.filter(
      (found) => found.place.path === '/opt/app/lib/jackson-jr-all-2.9.8.jar' && found.place.innerPath !== undefined,
    );
    const own = 'META-INF/maven/com.fasterxml.jackson.jr/jackson-jr-all/pom.properties';
    expect(inside.map((found) => found.place.innerPath).sort()).toEqual(theirs.filter((name) => name !== own));
  });

  withImage('python', undefined, 'leaves nothing unread in any of them', async () => {
    const problems = [];
    for (const name of ['node', 'python', 'ruby', 'go', 'rust', 'java'])
      if (noContainerReason(name) === undefined) problems.push(...(await recordOf(name)).problems);
    expect(problems).toEqual([]);
  });
});
