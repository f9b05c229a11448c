import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { testCache } from '../test-cache.ts';
import type { Recipe } from './recipe.ts';

/** Applications of each language with old releases that have known vulnerabilities, fetched from their registries. */
export const applications: readonly Recipe[] = [
  {
    name: 'node',
    revision: 1,
    summary: 'Debian with nodejs from apt and an npm application with old packages',
    bases: ['debian'],
    needs: ['npm'],
    context: async (build) => {
      build.write(
        'app/package.json',
        JSON.stringify({ name: 'harbour-shop', version: '1.4.2', private: true, license: 'MIT' }),
      );
      build.write('app/server.js', "require('express')().get('/', (q, s) => s.send('ahoy')).listen(8080);\n");
      const packages = [
        'lodash@4.17.11',
        'minimist@0.0.8',
        'express@4.16.0',
        'jsonwebtoken@8.5.0',
        'axios@0.21.0',
        '@babel/traverse@7.20.0',
      ];
      await build.run('npm', [
        'install',
        '--save',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '--prefix',
        'app',
        ...packages,
      ]);
    },
    dockerfile: `FROM {{debian}}
LABEL org.opencontainers.image.title="harbour-shop" team="web"
RUN apt-get update && apt-get install -y --no-install-recommends nodejs && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/app
COPY app/package.json app/package-lock.json ./
COPY app/node_modules ./node_modules
COPY app/server.js ./
RUN useradd --system shop && chown -R shop /srv/app/server.js
USER shop
EXPOSE 8080
CMD ["node", "server.js"]
`,
  },
  {
    name: 'python',
    revision: 1,
    summary: 'Debian with python3 from apt, packages by pip install --target, and an egg-info',
    bases: ['debian'],
    needs: ['pip'],
    context: async (build) => {
      const packages = [
        'jinja2==2.10',
        'requests==2.19.1',
        'cryptography==3.3.2',
        'urllib3==1.23',
        'django==2.2.0',
        'flask==1.0',
        'certifi==2022.9.24',
      ];
      await build.run('pip', ['install', '--quiet', '--target', 'site-packages', ...packages]);
      build.write(
        'legacy/lighthouse-0.3.1.egg-info/PKG-INFO',
        'Metadata-Version: 1.1\nName: lighthouse\nVersion: 0.3.1\nSummary: old packaging\nLicense: BSD\n',
      );
      build.write('requirements.txt', `${packages.join('\n')}\n`);
      build.write('main.py', '#!/usr/bin/env python3\nprint("ahoy")\n', 0o755);
    },
    dockerfile: `FROM {{debian}}
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
COPY site-packages /usr/local/lib/python3.11/dist-packages
COPY legacy /usr/lib/python3/dist-packages
COPY requirements.txt main.py /app/
WORKDIR /app
ENTRYPOINT ["python3", "/app/main.py"]
`,
  },
  {
    name: 'java',
    revision: 1,
    summary: 'jars from Maven Central: plain, nested in a Spring Boot style fat jar, shaded, in a war',
    needs: ['mvn', 'jar'],
    bases: ['distroless-like'],
    context: async (build) => {
      const jars = [
        'org.apache.logging.log4j:log4j-core:2.14.1',
        'org.apache.logging.log4j:log4j-api:2.14.1',
        'org.apache.commons:commons-text:1.9',
        'com.fasterxml.jackson.core:jackson-databind:2.9.8',
        'org.yaml:snakeyaml:1.26',
        'org.springframework:spring-core:5.3.17',
        'com.fasterxml.jackson.jr:jackson-jr-all:2.9.8',
      ];
      for (const jar of jars)
        await build.run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${jar}`, '-DoutputDirectory=jars']);
      build.write(
        'fat/META-INF/MANIFEST.MF',
        'Manifest-Version: 1.0\nMain-Class: org.springframework.boot.loader.JarLauncher\nStart-Class: dev.harbour.Main\nSpring-Boot-Version: 2.6.5\nImplementation-Title: harbour-ledger\nImplementation-Version: 3.2.1\n',
      );
      build.write('fat/BOOT-INF/classes/application.properties', 'server.port=8080\n');
      await build.run('mkdir', ['-p', 'fat/BOOT-INF/lib', 'war/WEB-INF/lib', 'lib']);
      await build.run('sh', [
        '-c',
        'cp jars/log4j-*.jar jars/jackson-databind-*.jar jars/snakeyaml-*.jar fat/BOOT-INF/lib/; cp jars/commons-text-*.jar war/WEB-INF/lib/; cp jars/*.jar lib/',
      ]);
      build.write('war/WEB-INF/web.xml', '<web-app/>\n');
      await build.run('jar', [
        '-c',
        '-f',
        'harbour-ledger.jar',
        '-0',
        '-m',
        'fat/META-INF/MANIFEST.MF',
        '-C',
        'fat',
        'BOOT-INF',
      ]);
      await build.run('jar', ['-c', '-f', 'harbour-web.war', '-C', 'war', '.']);
    },
    dockerfile: `FROM {{distroless-like}}
COPY lib /opt/app/lib
COPY harbour-ledger.jar /opt/app/
COPY harbour-web.war /opt/tomcat/webapps/
CMD ["java", "-jar", "/opt/app/harbour-ledger.jar"]
`,
  },
  {
    name: 'go',
    revision: 1,
    summary: 'a static Go program with old modules, and the same stripped, from scratch',
    needs: ['go'],
    context: async (build) => {
      build.write(
        'src/go.mod',
        'module example.com/harbour/pilot\n\ngo 1.20\n\nrequire (\n\tgolang.org/x/net v0.7.0\n\tgolang.org/x/text v0.7.0\n\tgopkg.in/yaml.v3 v3.0.0\n)\n',
      );
      build.write(
        'src/main.go',
        'package main\n\nimport (\n\t"fmt"\n\n\t"golang.org/x/net/html"\n\t"golang.org/x/text/language"\n\t"gopkg.in/yaml.v3"\n)\n\nfunc main() {\n\tvar out any\n\terr := yaml.Unmarshal([]byte("a: 1"), &out)\n\tfmt.Println(html.EscapeString("<ahoy>"), language.English, out, err)\n}\n',
      );
      const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
      const cwd = `${build.folder}/src`;
      await build.run('go', ['mod', 'tidy'], { cwd, env });
      await build.run('go', ['build', '-o', '../pilot', '.'], { cwd, env });
      await build.run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', '../pilot-stripped', '.'], { cwd, env });
      await build.run('rm', ['-rf', 'src']);
    },
    dockerfile:
      'FROM scratch\nCOPY pilot /usr/local/bin/pilot\nCOPY pilot-stripped /usr/local/bin/pilot-stripped\nUSER 65532:65532\nENTRYPOINT ["/usr/local/bin/pilot"]\n',
  },
  {
    name: 'rust',
    revision: 1,
    summary: 'a Rust program built by cargo auditable with old crates',
    bases: ['distroless-like'],
    needs: ['cargo'],
    context: async (build) => {
      const tools = testCache('tools', 'cargo-auditable');
      if (!existsSync(join(tools, 'bin/cargo-auditable')))
        await build.run('cargo', ['install', '--quiet', '--locked', '--root', tools, 'cargo-auditable']);
      build.write(
        'src/Cargo.toml',
        '[package]\nname = "harbour-buoy"\nversion = "0.2.0"\nedition = "2021"\n\n[dependencies]\nsmallvec = "=1.6.0"\ntime = "=0.1.43"\nregex = "=1.5.4"\n',
      );
      build.write(
        'src/src/main.rs',
        'fn main() {\n    let v: smallvec::SmallVec<[u8; 4]> = smallvec::SmallVec::new();\n    println!("{} {} {:?}", v.len(), time::now_utc().tm_year, regex::Regex::new("a").unwrap());\n}\n',
      );
      const path = `${join(tools, 'bin')}:${join(homedir(), '.cargo/bin')}:${process.env['PATH'] ?? ''}`;
      await build.run('cargo', ['auditable', 'build', '--release', '--quiet', '--target-dir', '../target'], {
        cwd: `${build.folder}/src`,
        env: { PATH: path },
      });
      await build.run('cp', ['target/release/harbour-buoy', 'harbour-buoy']);
      await build.run('rm', ['-rf', 'src', 'target']);
    },
    dockerfile:
      'FROM {{distroless-like}}\nCOPY harbour-buoy /usr/bin/harbour-buoy\nENTRYPOINT ["/usr/bin/harbour-buoy"]\n',
  },
  {
    name: 'ruby',
    revision: 1,
    summary: 'Debian with gems from apt, and gems that gem built and installed',
    bases: ['debian'],
    needs: ['gem'],
    context: async (build) => {
      // Stand-ins by name and version, since no gem server is needed for what gem writes when it installs.
      for (const [name, version] of [
        ['rack', '2.0.1'],
        ['sinatra', '2.0.0'],
        ['nokogiri', '1.8.1'],
      ] as const) {
        build.write(`src/${name}/lib/${name}.rb`, `# ${name}\n`);
        build.write(
          `src/${name}/${name}.gemspec`,
          `Gem::Specification.new do |s|\n  s.name = "${name}"\n  s.version = "${version}"\n  s.summary = "${name} stand-in"\n  s.authors = ["The crew"]\n  s.license = "MIT"\n  s.homepage = "https://example.com/${name}"\n  s.files = ["lib/${name}.rb"]\nend\n`,
        );
        await build.run('gem', ['build', '--silent', `${name}.gemspec`], { cwd: `${build.folder}/src/${name}` });
        await build.run('gem', [
          'install',
          '--silent',
          '--local',
          '--force',
          '--no-document',
          '--install-dir',
          'gems',
          `src/${name}/${name}-${version}.gem`,
        ]);
      }
    },
    dockerfile: `FROM {{debian}}
RUN apt-get update && apt-get install -y --no-install-recommends ruby ruby-addressable ruby-rack && rm -rf /var/lib/apt/lists/*
COPY gems /var/lib/gems/3.1.0
ENV GEM_HOME=/var/lib/gems/3.1.0
`,
  },
];
