/** Small real projects, one per kind: each answers `ahoy` over HTTP. */
export interface SampleProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Stand-ins that its Dockerfile builds on: purpose to toolchain. */
  readonly bases: Readonly<Record<string, string>>;
  /** What makes its lock file, where that is not written here: a program of this machine and its arguments. */
  readonly lock?: readonly string[];
  readonly kind: string;
}

const nodeBases = { 'node-build': 'node-build', node: 'node' };
const pythonBases = { 'python-build': 'python-build', python: 'python' };

/** In pure WSGI, so that each manager has little to fetch. */
const wsgi = `from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "ahoy"


@app.get("/healthz")
def healthz():
    return "ok"
`;

const javaMain = `package dev.harbour;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.Map;

public final class Main {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      byte[] body = new Gson().toJson(Map.of("says", "ahoy")).getBytes();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
  }
}
`;

export const sampleProjects: readonly SampleProject[] = [
  {
    name: 'node-npm',
    kind: 'node',
    bases: nodeBases,
    lock: ['npm', 'install', '--package-lock-only', '--no-audit'],
    files: {
      'package.json':
        '{\n  "name": "harbour-shop",\n  "version": "1.0.0",\n  "scripts": { "start": "node server.js" },\n  "dependencies": { "express": "4.22.1" }\n}\n',
      'server.js':
        "const app = require('express')();\napp.get('/healthz', (_, answer) => answer.send('ok'));\napp.get('/', (_, answer) => answer.send('ahoy'));\nconst server = app.listen(process.env.PORT || 3000);\nprocess.on('SIGTERM', () => server.close());\n",
    },
  },
  {
    name: 'node-typescript-pnpm',
    kind: 'node',
    bases: nodeBases,
    lock: ['npx', '--yes', 'pnpm@10.20.0', 'install', '--lockfile-only'],
    files: {
      'package.json':
        '{\n  "name": "harbour-pilot",\n  "version": "1.0.0",\n  "private": true,\n  "type": "module",\n  "packageManager": "pnpm@10.20.0",\n  "scripts": { "build": "tsc", "start": "node dist/server.js" },\n  "dependencies": { "fastify": "5.6.2" },\n  "devDependencies": { "typescript": "5.9.3", "@types/node": "24.10.1" }\n}\n',
      'tsconfig.json':
        '{\n  // tsc reads comments\n  "compilerOptions": { "outDir": "dist", "rootDir": "src", "module": "nodenext", "target": "es2022", "strict": true }\n}\n',
      'src/server.ts':
        "import fastify from 'fastify';\n\nconst app = fastify();\napp.get('/', async (): Promise<string> => 'ahoy');\nawait app.listen({ host: '0.0.0.0', port: Number(process.env['PORT'] ?? 3000) });\n",
    },
  },
  {
    name: 'node-yarn',
    kind: 'node',
    bases: nodeBases,
    lock: [
      'npx',
      '--yes',
      'yarn@1.22.22',
      'install',
      '--ignore-scripts',
      '--non-interactive',
      '--modules-folder',
      '../yarn-modules',
    ],
    files: {
      'package.json':
        '{\n  "name": "harbour-crane",\n  "version": "1.0.0",\n  "license": "MIT",\n  "main": "index.js",\n  "dependencies": { "ms": "2.1.3" }\n}\n',
      'index.js':
        "const ms = require('ms');\nrequire('node:http').createServer((_, answer) => answer.end(`ahoy ${ms('1h')}`)).listen(process.env.PORT || 8088);\n",
    },
  },
  {
    name: 'python-pip',
    kind: 'python',
    bases: pythonBases,
    files: { 'requirements.txt': 'flask==3.1.2\ngunicorn==23.0.0\n', 'app.py': wsgi },
  },
  {
    name: 'python-poetry',
    kind: 'python',
    bases: pythonBases,
    lock: ['poetry', 'lock'],
    files: {
      'pyproject.toml':
        '[project]\nname = "harbour-log"\nversion = "1.0.0"\nrequires-python = ">=3.11,<4.0"\ndependencies = ["flask==3.1.2", "waitress==3.0.2"]\n\n[tool.poetry]\npackage-mode = false\n\n[[tool.poetry.source]]\nname = "simple"\nurl = "https://pypi.org/simple/"\npriority = "primary"\n\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
      'app.py': wsgi,
    },
  },
  {
    name: 'python-uv',
    kind: 'python',
    bases: pythonBases,
    lock: ['uv', 'lock'],
    files: {
      'pyproject.toml':
        '[project]\nname = "harbour-radio"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["starlette==0.50.0", "uvicorn==0.38.0"]\n',
      'src/main.py':
        "from starlette.applications import Starlette\nfrom starlette.responses import PlainTextResponse\nfrom starlette.routing import Route\n\n\nasync def index(request):\n    return PlainTextResponse('ahoy')\n\n\napp = Starlette(routes=[Route('/', index)])\n",
    },
  },
  {
    name: 'maven',
    kind: 'maven',
    bases: { 'maven-build': 'java-build', java: 'java' },
    files: {
      'pom.xml': `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.harbour</groupId>
  <artifactId>ledger</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.13.2</version></dependency>
  </dependencies>
</project>
`,
      'src/main/java/dev/harbour/Main.java': javaMain,
    },
  },
  {
    name: 'gradle',
    kind: 'gradle',
    bases: { 'gradle-build': 'gradle-build', java: 'java' },
    files: {
      'settings.gradle': "rootProject.name = 'ferry'\n",
      'build.gradle':
        "plugins { id 'application' }\nsourceCompatibility = 17\nrepositories { mavenCentral() }\ndependencies { implementation 'com.google.code.gson:gson:2.13.2' }\nmainClassName = 'dev.harbour.Main'\n",
      'src/main/java/dev/harbour/Main.java': javaMain,
    },
  },
  {
    name: 'go',
    kind: 'go',
    bases: { 'go-build': 'go-build', static: 'static' },
    lock: ['go', 'mod', 'tidy'],
    files: {
      'go.mod': 'module example.com/harbour/buoy\n\ngo 1.24\n\nrequire golang.org/x/text v0.31.0\n',
      'cmd/buoy/main.go':
        'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n\t"os"\n\n\t"golang.org/x/text/language"\n)\n\nfunc main() {\n\thttp.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ok") })\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ahoy ", language.English) })\n\tif err := http.ListenAndServe(":8080", nil); err != nil {\n\t\tfmt.Fprintln(os.Stderr, err)\n\t\tos.Exit(1)\n\t}\n}\n',
    },
  },
  {
    name: 'rust',
    kind: 'rust',
    bases: { 'rust-build': 'rust-build', cc: 'cc' },
    lock: ['cargo', 'generate-lockfile'],
    files: {
      'Cargo.toml':
        '[package]\nname = "harbour-tide"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\nitoa = "1"\n',
      'src/main.rs':
        'use std::io::{Read, Write};\n\nfn main() {\n    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();\n    for stream in listener.incoming() {\n        let mut stream = stream.unwrap();\n        let _ = stream.read(&mut [0; 4096]);\n        let body = format!("ahoy {}", itoa::Buffer::new().format(7));\n        let _ = write!(stream, "HTTP/1.1 200 OK\\r\\ncontent-length: {}\\r\\nconnection: close\\r\\n\\r\\n{body}", body.len());\n    }\n}\n',
    },
  },
  {
    name: 'make',
    kind: 'make',
    bases: { 'c-build': 'c-build', cc: 'cc' },
    files: {
      Makefile:
        'TARGET = bell\nCFLAGS += -O2 -Wall\n\nall: $(TARGET)\n\n$(TARGET): bell.c\n\t$(CC) $(CFLAGS) -o $@ $<\n',
      'bell.c': `#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
  const char *answer = "HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\nconnection: close\\r\\n\\r\\nahoy";
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
    name: 'static',
    kind: 'static',
    bases: { web: 'web' },
    files: { 'public/index.html': '<!doctype html>\n<title>Harbour</title>\n<p>ahoy\n' },
  },
  {
    name: 'static-vite',
    kind: 'static',
    bases: { web: 'web', 'node-build': 'node-build' },
    lock: ['npm', 'install', '--package-lock-only', '--no-audit'],
    files: {
      'package.json':
        '{\n  "name": "harbour-chart",\n  "private": true,\n  "type": "module",\n  "scripts": { "dev": "vite", "start": "vite", "build": "vite build" },\n  "devDependencies": { "vite": "6.4.1" }\n}\n',
      'index.html':
        '<!doctype html>\n<title>Harbour</title>\n<p>ahoy\n<script type="module" src="/main.js"></script>\n',
      'main.js': "document.title = 'Chart';\n",
    },
  },
  {
    name: 'ruby',
    kind: 'ruby',
    bases: { 'ruby-build': 'ruby-build', ruby: 'ruby' },
    // No gem server can be reached here: the gem lies in vendor/cache, as `bundle cache` leaves it.
    lock: [
      'sh',
      '-c',
      'cd greeting && gem build --silent greeting.gemspec && mkdir -p ../vendor/cache && mv greeting-1.0.0.gem ../vendor/cache/ && cd .. && rm -r greeting',
    ],
    files: {
      Gemfile: "source 'https://rubygems.org'\n\ngem 'greeting', '1.0.0'\n",
      'Gemfile.lock':
        'GEM\n  remote: https://rubygems.org/\n  specs:\n    greeting (1.0.0)\n\nPLATFORMS\n  ruby\n  x86_64-linux\n\nDEPENDENCIES\n  greeting (= 1.0.0)\n\nBUNDLED WITH\n   2.3.15\n',
      'app.rb':
        "require 'socket'\nrequire 'greeting'\n\nserver = TCPServer.new('0.0.0.0', Integer(ENV.fetch('PORT', 8080)))\nloop do\n  caller = server.accept\n  nil until caller.gets.to_s.chomp.empty?\n  caller.write(\"HTTP/1.1 200 OK\\r\\ncontent-length: #{Greeting::WORD.length}\\r\\nconnection: close\\r\\n\\r\\n#{Greeting::WORD}\")\n  caller.close\nend\n",
      'greeting/greeting.gemspec':
        "Gem::Specification.new do |s|\n  s.name = 'greeting'\n  s.version = '1.0.0'\n  s.summary = 'a word'\n  s.authors = ['The crew']\n  s.license = 'MIT'\n  s.homepage = 'https://example.com/greeting'\n  s.files = ['lib/greeting.rb']\nend\n",
      'greeting/lib/greeting.rb': "module Greeting\n  WORD = 'ahoy'\nend\n",
    },
  },
  {
    name: 'php',
    kind: 'php',
    bases: { 'composer-build': 'composer-build', php: 'php' },
    files: {
      'composer.json': '{\n  "name": "harbour/notice",\n  "autoload": { "psr-4": { "Harbour\\\\": "src/" } }\n}\n',
      'public/index.php': "<?php\n\nrequire __DIR__ . '/../vendor/autoload.php';\n\necho Harbour\\Notice::word();\n",
      'src/Notice.php':
        "<?php\n\nnamespace Harbour;\n\nfinal class Notice\n{\n    public static function word(): string\n    {\n        return 'ahoy';\n    }\n}\n",
    },
  },
];
