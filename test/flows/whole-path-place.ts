import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Place } from '../cli/plimsoll.ts';
import { type DockerEngine, dockerEngine } from '../make/docker-engine.ts';
import { type GitRepository, gitRepository } from '../make/git-repository.ts';
import { realImageInEngine } from '../make/real-images/index.ts';
import { startRegistry, type TestRegistry } from '../make/registry.ts';

/**
 * Advisories on packages of Debian 12's last point release, and one for each other ecosystem of the applications: names and
 * versions are facts of Debian's security tracker and RustSec. Nobody states a severity there, so the policy counts those
 * without one.
 */
const advisories = [
  advisory('DEBIAN-CVE-2026-57432', 'Debian:12', 'perl', '5.36.0-7+deb12u4'),
  advisory('DEBIAN-CVE-2026-42767', 'Debian:12', 'openssl', '3.0.22-1~deb12u2'),
  advisory('DEBIAN-CVE-2019-1010022', 'Debian:12', 'glibc'),
  advisory('RUSTSEC-2020-0071', 'crates.io', 'time', '0.2.23'),
];

function advisory(id: string, ecosystem: string, name: string, fixed?: string): object {
  const range = {
    type: ecosystem === 'crates.io' ? 'SEMVER' : 'ECOSYSTEM',
    events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])],
  };
  return {
    schema_version: '1.7.3',
    id,
    modified: '2026-11-22T00:00:00Z',
    ...(id.startsWith('DEBIAN-') ? { upstream: [id.slice('DEBIAN-'.length)] } : {}),
    affected: [
      {
        package: { ecosystem, name },
        ranges: [range],
        ...(fixed === undefined ? { ecosystem_specific: { urgency: 'unimportant' } } : {}),
      },
    ],
  };
}

/** What an organisation asks of the images that others are built on. */
const basePolicy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: acme-bases, description: What all of Acme stands on. }
rules:
  fixable-severity: { effect: fail, atLeast: low, unknownSeverity: count }
  no-package-manager: fail
  no-secrets: fail
  supported-operating-system: fail
  nothing-unread: fail
`;

/** And of those that run. */
const imagePolicy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: acme-production }
rules:
  fixable-severity: { effect: fail, atLeast: low, unknownSeverity: count }
  no-root-user: fail
  no-secrets: fail
  known-base: { effect: fail, onlyEndorsed: true }
`;

export interface Application {
  readonly name: string;
  readonly kind: string;
  /** The purpose of its build stage's base, which is the stand-in's name, too. */
  readonly builtOn: string;
  /** The purpose of its last stage's base. */
  readonly standsOn: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Three applications that need nothing from outside to be built. */
export const applications: readonly Application[] = [
  {
    name: 'buoy',
    kind: 'go',
    builtOn: 'go-build',
    standsOn: 'static',
    files: {
      'go.mod': 'module example.com/harbour/buoy\n\ngo 1.24\n',
      'main.go':
        'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ahoy from buoy") })\n\tpanic(http.ListenAndServe(":8080", nil))\n}\n',
    },
  },
  {
    name: 'bell',
    kind: 'make',
    builtOn: 'c-build',
    standsOn: 'cc',
    files: {
      Makefile:
        'TARGET = bell\nCFLAGS += -O2 -Wall\n\nall: $(TARGET)\n\n$(TARGET): bell.c\n\t$(CC) $(CFLAGS) -o $@ $<\n',
      'bell.c': `#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
  const char *answer = "HTTP/1.1 200 OK\\r\\ncontent-length: 14\\r\\nconnection: close\\r\\n\\r\\nahoy from bell";
  char buffer[4096];
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr *)&address, sizeof address) != 0 || listen(listening, 8) != 0) return 1;
  for (;;) {
    int caller = accept(listening, 0, 0);
    if (read(caller, buffer, sizeof buffer) > 0) (void)!write(caller, answer, strlen(answer));
    close(caller);
  }
}
`,
    },
  },
  {
    name: 'tide',
    kind: 'rust',
    builtOn: 'rust-build',
    standsOn: 'cc',
    files: {
      'Cargo.toml': '[package]\nname = "tide"\nversion = "1.0.0"\nedition = "2021"\n',
      'Cargo.lock': 'version = 3\n\n[[package]]\nname = "tide"\nversion = "1.0.0"\n',
      'src/main.rs':
        'use std::io::{Read, Write};\n\nfn main() {\n    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();\n    for stream in listener.incoming() {\n        let mut stream = stream.unwrap();\n        let _ = stream.read(&mut [0; 4096]);\n        let body = "ahoy from tide";\n        let _ = write!(stream, "HTTP/1.1 200 OK\\r\\ncontent-length: {}\\r\\nconnection: close\\r\\n\\r\\n{body}", body.len());\n    }\n}\n',
    },
  },
];

/** The places of the story: an office with the catalogue, a builder, another machine, a laptop; one registry, one engine. */
export class WholePath {
  /** The security team's: catalogue, advisories, records. */
  readonly office = new Place();
  readonly builder = new Place();
  /** Has a trust root, and nothing else of ours. */
  readonly elsewhere = new Place();
  readonly laptop = new Place();
  registry!: TestRegistry;
  engine!: DockerEngine;
  /** The outside image in the registry. */
  outside!: string;
  readonly #images: string[] = [];

  async begin(): Promise<void> {
    this.engine = await dockerEngine();
    this.registry = await startRegistry();
    const { reference } = await realImageInEngine('debian-point-release');
    this.outside = await this.push(reference, 'outside/debian:12.15');
    writeFileSync(this.office.at('osv.ndjson'), advisories.map((one) => `${JSON.stringify(one)}\n`).join(''));
    this.office.folder('bases/policies');
    writeFileSync(this.office.at('bases/policies/acme.yaml'), basePolicy);
    writeFileSync(this.office.at('policy.yaml'), imagePolicy);
  }

  async end(): Promise<void> {
    if (this.#images.length > 0) await this.engine.docker(['rmi', '-f', ...this.#images]).catch(() => undefined);
    await this.registry?.stop();
    for (const place of [this.office, this.builder, this.elsewhere, this.laptop]) place.remove();
  }

  /** Pushes an image of the engine under a name in the registry; gives `registry/repository@digest`. */
  async push(image: string, name: string): Promise<string> {
    const reference = `${this.registry.address}/${name}`;
    await this.engine.docker(['tag', image, reference]);
    this.forget(reference);
    const said = await this.engine.docker(['push', reference]);
    return `${reference.replace(/:[^:/]*$/, '')}@${/digest: (sha256:[0-9a-f]{64})/.exec(said)![1]!}`;
  }

  /** Has the engine forget an image at the end. */
  forget(image: string): void {
    this.#images.push(image);
  }

  /** Lets one person endorse, deprecate and retire. */
  writeRoles(person: string, publicKey: string): void {
    writeFileSync(
      this.office.at('bases/roles.yaml'),
      `apiVersion: plimsoll.dev/v1
kind: BaseRoles
roles:
  - name: keeper
    may: [endorse, deprecate, retire]
    people:
      - name: ${person}
        publicKey: |
${publicKey.replace(/^(?=.)/gm, '          ')}`,
    );
  }

  /** Says on the builder which one it is. */
  writeBuilder(name: string): void {
    const { builder } = this;
    writeFileSync(
      builder.at('builder.yaml'),
      `apiVersion: plimsoll.dev/v1\nkind: Builder\nmetadata: { name: ${name} }\nid: https://builders.acme.dev/${name}\nkey: ${builder.at(`${name}.key`)}\n`,
    );
  }

  /** An application's sources, in a folder that is no repository yet. */
  sources({ name, files }: Application): string {
    const folder = this.builder.folder(name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return folder;
  }

  /** What lies in the folder, committed and pushed. */
  async committed(folder: string): Promise<GitRepository> {
    const repository = await gitRepository(folder);
    await repository.commit({});
    await repository.push();
    return repository;
  }
}
