import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { everyRule } from '../src/dockerfile/index.ts';
import { ledgerActions } from '../src/ledger/index.ts';
import { recordJsonSchema } from '../src/record/schema.ts';
import { type Route, routes } from '../src/server/contract/index.ts';
import { openApi } from '../src/server/http/open-api.ts';

/**
 * Makes the documents that follow from the sources: docs/errors.md from every CodedError, the record's JSON Schema, the API's OpenAPI document, the rules of
 * Dockerfiles, what the ledger has of what, the import table in
 * ARCHITECTURE.md from tools/layers.json. With --check it only says whether they are up to date.
 */

const root = path.resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

const documents: readonly (readonly [file: string, text: () => string])[] = [
  ['docs/formats/record.schema.json', () => `${JSON.stringify(recordJsonSchema(), undefined, 2)}\n`],
  ['docs/openapi.json', () => `${JSON.stringify(openApi('0.1.0'), undefined, 2)}\n`],
  ['docs/errors.md', errorsDocument],
  ['docs/dockerfile-rules.md', everyRuleDocument],
  ['docs/ledger-actions.md', ledgerActionsDocument],
  ['ARCHITECTURE.md', architectureDocument],
];

for (const [file, make] of documents) {
  const target = path.join(root, file);
  const text = make();
  const before = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
  if (before === text) continue;
  if (isCheck) {
    process.stderr.write(`${file} is out of date: npm run docs\n`);
    process.exitCode = 1;
  } else fs.writeFileSync(target, text);
}

function errorsDocument(): string {
  const codes = new Map<string, { messages: Set<string>; hints: Set<string>; usage: boolean; files: Set<string> }>();
  for (const file of sourceFiles()) collectErrors(file, codes);
  const sections = [...codes.keys()].sort().map((code) => {
    const { messages, hints, usage, files } = codes.get(code)!;
    const lines = [`## ${code}`, '', ...[...messages].sort().map((message) => `- ${message}`)];
    if (hints.size > 0) lines.push('', ...[...hints].sort().map((hint) => `What helps: ${hint}`));
    lines.push(
      '',
      `Exit status ${usage ? 64 : 1}. From ${[...files]
        .sort()
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
      '',
    );
    return lines.join('\n');
  });
  return `# Errors\n\nEvery error has a stable code, shown in brackets behind its message. Made from the sources by \`npm run docs\`; \`…\` stands for what is filled in.\n\n${sections.join('\n')}`;
}

function everyRuleDocument(): string {
  const rows = everyRule.map(
    ({ name, severity, isOptIn, aliases, summary }) =>
      `| [${name}](#${name}) | ${isOptIn === true ? `${severity}, off` : severity} | ${aliases.join(', ')} | ${summary.replaceAll('|', '\\|')} |`,
  );
  const sections = everyRule.map(({ name, explanation }) => `## ${name}\n\n${explanation}\n`);
  return `# Rules of Dockerfiles

What \`plimsoll dockerfile lint\` asks, and which rules of hadolint (DL) and BuildKit each covers: ignores, severities and
settings that name those work too. Made from the sources by \`npm run docs\`.

| rule | severity | covers | what must hold |
|---|---|---|---|
${rows.join('\n')}

${sections.join('\n')}`;
}

function ledgerActionsDocument(): string {
  const changing = (Object.values(routes) as readonly Route[]).filter(({ ledger }) => ledger !== undefined);
  const asked = (action: string): string =>
    changing
      .filter(({ ledger }) => Array.isArray(ledger) && ledger.includes(action))
      .map(({ method, path: address }) => `\`${method} ${address}\``)
      .join(', ');
  const rows = Object.entries(ledgerActions).map(([action, what]) => `| \`${action}\` | ${what} | ${asked(action)} |`);
  const nothing = changing.flatMap(({ method, path: address, ledger }) =>
    ledger !== undefined && 'none' in ledger ? [`- \`${method} ${address}\`: ${ledger.none}.`] : [],
  );
  return `# What the ledger has

Every action that is written into the ledger, what it says happened, and the requests that are always followed by one. What has
no request is done by the server itself, by what it watches, or by a command. Made from the sources by \`npm run docs\`; what entries
look like stands in [formats/ledger.md](formats/ledger.md).

| action | what happened | asked for by |
|---|---|---|
${rows.join('\n')}

Requests of a method that changes something, of which the ledger has nothing:

${nothing.join('\n')}
`;
}

function sourceFiles(): string[] {
  return fs
    .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.posix.join('src', name))
    .sort();
}

function collectErrors(
  file: string,
  codes: Map<string, { messages: Set<string>; hints: Set<string>; usage: boolean; files: Set<string> }>,
): void {
  const tree = ts.createSourceFile(file, fs.readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'CodedError' && node.arguments !== undefined) {
      const [code, message, options] = node.arguments;
      if (code !== undefined && ts.isStringLiteral(code)) {
        const known = codes.get(code.text) ?? {
          messages: new Set<string>(),
          hints: new Set<string>(),
          usage: false,
          files: new Set<string>(),
        };
        codes.set(code.text, known);
        const text = textOf(message);
        if (text !== undefined) known.messages.add(text);
        known.files.add(path.posix.dirname(file));
        if (options !== undefined && ts.isObjectLiteralExpression(options))
          for (const property of options.properties) {
            if (!ts.isPropertyAssignment(property)) continue;
            const value = textOf(property.initializer);
            if (property.name.getText() === 'hint' && value !== undefined) known.hints.add(value);
            if (property.name.getText() === 'kind' && value === 'usage') known.usage = true;
          }
      }
    }
    // What a document from outside is called, and the code of whatever is wrong with it.
    if (ts.isObjectLiteralExpression(node)) {
      const member = (name: string): ts.Expression | undefined =>
        node.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
          ?.initializer;
      const code = textOf(member('code'));
      const what = textOf(member('what'));
      if (code !== undefined && what !== undefined && !codes.has(code))
        codes.set(code, {
          messages: new Set([`${what} is not JSON, is nested too deep, or lacks what it must have`]),
          hints: new Set(),
          usage: false,
          files: new Set([path.posix.dirname(file)]),
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

/** The words of a string or template, what is filled in as `…`; undefined for anything else. */
function textOf(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)]
      .join('')
      .replaceAll('\n', ' ');
  return undefined;
}

function architectureDocument(): string {
  const file = path.join(root, 'ARCHITECTURE.md');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const { allow } = JSON.parse(fs.readFileSync(path.join(root, 'tools/layers.json'), 'utf8')) as {
    allow: Record<string, string[]>;
  };
  const rows = Object.entries(allow).map(
    ([folder, targets]) =>
      `| \`${folder}\` | ${targets.length === 0 ? 'nothing' : targets.map((target) => `\`${target.slice(4)}\``).join(' ')} |`,
  );
  const table = [
    '<!-- imports: made by npm run docs -->',
    '| folder | may import |',
    '|---|---|',
    ...rows,
    '<!-- /imports -->',
  ].join('\n');
  return text.replace(/<!-- imports:[\s\S]*<!-- \/imports -->/, table);
}
