import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { childrenOf, parseShell, simpleCommandsOf, staticValue, type ShellDialect, type ShellNode } from './index.ts';
import { sketch } from './sketch.fixture.ts';

describe('shell text', () => {
  it.each([
    ['a b c', '(a b c)'],
    ['a; b & c\nd', '(a); (b) &; (c); (d)'],
    ['a && b || c', '[(a) && (b) || (c)]'],
    ['a && b &', '[(a) && (b)] &'],
    ['a |\n b |& c', '<(a) | (b) |& (c)>'],
    ['! a | b', '<! (a) | (b)>'],
    ['time -p a', '<time (a)>'],
    ['(a; b) > c 2>&1', 'subshell{(a); (b)} >c 2>&1'],
    ['{ a; } < b', 'group{(a)} <b'],
    ['if a; then b; elif c; then d; else e; fi', 'if{(a) ? (b)}{(c) ? (d)}else{(e)}'],
    ['while a; do b; done <<< c', 'while{(a) ? (b)} <<<c'],
    ['until a\ndo b\ndone', 'until{(a) ? (b)}'],
    ['for i in a "b c" $d; do e; done', 'for i in a "b c" $d{(e)}'],
    ['for i; do a; done', 'for i{(a)}'],
    ['for ((i = 0; i < $n; i++)); do a; done', 'for((i = 0; i < ·$n·; i++)){(a)}'],
    ['select i in a b; do c; done', 'select i in a b{(c)}'],
    ['case $1 in (a|b*) c;; "d e") f;& *) esac', 'case $1{a|b·glob(*): (c) ;;}{"d e": (f) ;&}{glob(*):  }'],
    ['f() { a; } > b', 'f() group{(a)} >b'],
    ['function f-g { a; }', 'f-g() group{(a)}'],
    ['coproc N { a; }', 'coproc N group{(a)}'],
    ['[[ -f a && ! ( $b == c* || d =~ ^(e|f)+$ ) ]]', '[[and(-f a, not (or($b == c·glob(*), d =~ ^(e|f)+$)))]]'],
    ['(( a + $b ))', '(( a + ·$b· ))'],
    ['((a); b)', 'subshell{subshell{(a)}; (b)}'],
    ['a=1 b+=2 c[0]=3 d=(4 "5 6" [7]=8) e', '(a:=1 b+=2 c[0]:=3 d:=array(4 "5 6" [7]:=8) e)'],
    ['declare -a x=(1 2) y', '(declare -a x=·array(1 2) y)'],
    ['echo $(a "$(b `c`)")', '(echo $((a "$((b old$((c))))")))'],
    ['echo `a \\`b \\\\\\`c\\\\\\`\\` $d`', '(echo old$((a old$((b old$((c)))) $d)))'],
    ['echo "`a \\"b\\"`"', '(echo "old$((a "b"))")'],
    ['diff <(a) >(b)', '(diff <((a)) >((b)))'],
    ['echo $((1 + ${a:-2} * $(b)))', '(echo math(1 + ·$a(:- 2)· * ·$((b))))'],
    ['echo $[1+2]', '(echo math(1+2))'],
    ['echo $a ${b} ${#c} ${!d} ${e[@]} ${#f[1]} $1 $@ ${10}', '(echo $a $b $#c $!d $e[@] $#f[1] $1 $@ $10)'],
    [
      'echo ${a:-b c} ${a##*/} ${a//b/c} ${a:1:2} ${a^^} ${a@Q} ${!a*}',
      '(echo $a(:- b c) $a(## glob(*)·/) $a(// b/c) $a(: 1:2) $a(^^ ε) $a(@ Q) $!a(* ε))',
    ],
    ['echo "${a:-\'b\'}" "${a#\'b\'}" "${a:-"b $c"}"', '(echo "$a(:- \'b\')" "$a(# single\'b\')" "$a(:- "b ·$c")")'],
    ['echo a\\ b\'c d\'"e $f"$\'g\\n\\x41\\u00e9\'$"h"', '(echo a b·single\'c d\'·"e ·$f"·ansi-c\'g⏎Aé\'·$"h")'],
    [
      'echo * ?.[a-z] [!x]* [ [a ] @(b|$c)',
      '(echo glob(*) glob(?)·.·glob([a-z]) glob([!x])·glob(*) [ [a ] glob(@(b|$c)))',
    ],
    ['echo ~ ~root/x a~ "~"', '(echo ~ ~root·/x a~ "~")'],
    ['x=~/a', '(x:=~·/a)'],
    ['echo {a,b}{1..3} }', '(echo {a,b}{1..3} })'],
    ['a > b >> c < d <> e >| f 2>&1 <&- &> g &>> h {fd}> i', '(a >b >>c <d <>e >|f 2>&1 <&- &>g &>>h fd>i)'],
    [
      "cat <<A <<-'B' | c\n$x `y` \\$z \"\nA\n\t$t\n\tB\nd",
      "<(cat <<A{$x· ·old$((y))· $z \"⏎} <<-single'B'{quoted \t$t⏎}) | (c)>; (d)",
    ],
    ['cat <<E\na\\\nE\nE\nb', '(cat <<E{aE⏎}); (b)'],
    ['a # b; c\nd', '(a); (d)'],
    ['a \\\n  b\\\nc', '(a bc)'],
    ['a#b \\# c', '(a#b # c)'],
    ['echo if then; if', '(echo if then); if{ ? } !16:a command'],
    ['a) b', '(a) !1:a command'],
    ['a && ', '[(a) && ] !5:a command after &&'],
    ['if a; then b', 'if{(a) ? (b)} !12:fi'],
    ['echo "a $(b', '(echo "a ·$((b))") !11:a closing )'],
    ['a | ; b', '<(a) | > !4:a command after |'],
  ])('%j is read as %s', (text, tree) => {
    expect(sketch(parseShell(text, { dialect: 'bash' }))).toBe(tree);
  });

  it.each([
    ["echo $'a'", "(echo $·single'a')"],
    ['a <(b) <<< c; d=(e)', '(a <((b)) <<<c); (d:=array(e)) !2:no process substitution !7:no here string !16:no array'],
    ['time a | b', '<(time a) | (b)>'],
    ['f() a', 'f() (a)'],
    ['echo $((a); b)', '(echo $()) !5:a closing ))'],
  ])('%j is read by sh as %s', (text, tree) => {
    expect(sketch(parseShell(text, { dialect: 'sh' }))).toBe(tree);
  });

  it('keeps comments and here-documents with their places', () => {
    const { comments, heredocs } = parseShell('a <<E # b\nc\nE\n# d');
    expect(comments).toEqual([
      { kind: 'comment', from: 6, to: 9 },
      { kind: 'comment', from: 14, to: 17 },
    ]);
    expect(heredocs).toEqual([
      {
        kind: 'heredoc',
        quoted: false,
        parts: [{ kind: 'literal', value: 'c\n', from: 10, to: 12 }],
        from: 10,
        to: 12,
      },
    ]);
  });

  it('tells places in the document that a text was taken from', () => {
    // `a && \⏎  # x⏎  b` without its continuation and its comment.
    const offsets = [0, 1, 2, 3, 4, 13, 14, 15, 16];
    const { errors, body } = parseShell('a &&  b)', { offsets });
    expect(body).toMatchObject({ from: 0, to: 15 });
    expect(errors).toEqual([
      { code: 'syntax', message: 'expected a command, found “)”', expected: 'a command', from: 15, to: 16 },
    ]);
  });

  it('tells places in backticks, whatever backslashes stand there', () => {
    const text = 'a `b \\`c \\$d\\``';
    const commands = simpleCommandsOf(parseShell(text)).map(({ command }) => text.slice(command.from, command.to));
    expect(commands).toEqual([text, 'b \\`c \\$d\\`', 'c \\$d']);
  });

  it('gives the value of a word that is static', () => {
    const { body } = parseShell(`a 'b c'"d"\\ e`, {});
    const command = body.items[0]!.command;
    expect(command.kind === 'simple' && command.words.map(staticValue)).toEqual(['a', 'b cd e']);
    const other = parseShell('a$b "$c" * ~ $(d)').body.items[0]!.command;
    expect(other.kind === 'simple' && other.words.map(staticValue)).toEqual(Array(5).fill(undefined));
  });

  it('finds every simple command with its place', () => {
    const text =
      'if a; then b | c & fi; (d $(e <(f))) && ! g; h() { i; }; { j; } > k || l; while m; do n; done; o <<E\n$(p)\nE\n';
    const places = simpleCommandsOf(parseShell(text, { dialect: 'bash' })).map(({ command, ...place }) => [
      text.slice(command.from, command.from + 1),
      place.position,
      Object.entries(place)
        .filter(([, value]) => value === true)
        .map(([key]) => key)
        .join(' '),
      place.inFunction,
      place.outerRedirections.length,
    ]);
    expect(places).toEqual([
      ['a', 0, 'isCondition', undefined, 0],
      ['b', 0, 'isConditional inSubshell inBackground', undefined, 0],
      ['c', 1, 'isConditional inSubshell inBackground', undefined, 0],
      ['d', 0, 'isCondition inSubshell', undefined, 0],
      ['e', 0, 'inSubshell inSubstitution', undefined, 0],
      ['f', 0, 'inSubshell inSubstitution', undefined, 0],
      ['g', 0, 'isCondition isConditional', undefined, 0],
      ['i', 0, '', 'h', 0],
      ['j', 0, 'isCondition', undefined, 1],
      ['l', 0, 'isConditional', undefined, 0],
      ['m', 0, 'isCondition', undefined, 0],
      ['n', 0, 'isConditional', undefined, 0],
      ['o', 0, '', undefined, 0],
      ['p', 0, 'inSubshell inSubstitution', undefined, 0],
    ]);
  });
});

/** The text of the leaves and of the gaps between nodes, which is the whole text if nodes lie within one another in order. */
function rebuilt(node: ShellNode, text: string): string {
  let at = node.from;
  let out = '';
  for (const child of childrenOf(node)) {
    if (child.from < at || child.to > node.to)
      throw new Error(`${child.kind} ${child.from} lies outside of ${node.kind}`);
    out += text.slice(at, child.from) + rebuilt(child, text);
    at = child.to;
  }
  return out + text.slice(at, node.to);
}

const dialects: readonly ShellDialect[] = ['sh', 'ash', 'bash'];
const pieces = [
  ...[
    'a',
    'b',
    ' ',
    ' ',
    '\n',
    ';',
    '&',
    '|',
    '&&',
    '||',
    '(',
    ')',
    '((',
    '))',
    '{ ',
    ' }',
    '{',
    '}',
    '[[ ',
    ' ]]',
    '[',
  ],
  ...['if ', 'then ', 'else ', 'elif ', 'fi', 'for ', 'in ', 'do ', 'done', 'while ', 'case ', 'esac', ';;', 'f()'],
  ...[
    '$',
    '${',
    '$(',
    '$((',
    '$[',
    '`',
    '\\`',
    '\\',
    '\\\n',
    "'",
    '"',
    "$'",
    '<',
    '>',
    '<<E',
    '<<-E\n',
    '\nE\n',
    '<(',
    '<<<',
  ],
  ...[
    '=',
    'a=',
    'a=(',
    ']',
    'a[',
    '*',
    '?',
    '@(',
    '~',
    '#',
    ' # ',
    '!',
    '! ',
    '%',
    '/',
    ':-',
    '2>',
    '1',
    '\t',
    'é',
    '\0',
    '\r',
  ],
  ...['function ', 'select ', 'coproc ', 'time ', 'until ', 'export a=', '{x}>', '=~ '],
];
const scripts = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((chosen) => chosen.join(''));

describe('any text', () => {
  it('becomes a tree whose nodes lie within one another in the order of the text', () => {
    fc.assert(
      fc.property(scripts, fc.constantFrom(...dialects), (text, dialect) => {
        const script = parseShell(text, { dialect });
        const { body, heredocs, comments } = script;
        for (const root of [body, ...heredocs]) expect(rebuilt(root, text)).toBe(text.slice(root.from, root.to));
        for (const { from } of comments) expect(text[from]).toBe('#');
        for (const { from, to } of script.errors) expect(from >= 0 && to <= text.length && from <= to).toBe(true);
        simpleCommandsOf(script);
      }),
      fuzz(3_000),
    );
  });

  it('has the same tree again in front of what comes after an error', () => {
    fc.assert(
      fc.property(scripts, (text) => {
        if (parseShell(text, { dialect: 'bash' }).errors.length > 0) return;
        if (/<<|\\$|#/.test(text)) return;
        const before = sketch(parseShell(text, { dialect: 'bash' }));
        expect(sketch(parseShell(`${text}\n)`, { dialect: 'bash' }))).toBe(`${before} !${text.length + 1}:a command`);
      }),
      fuzz(1_500),
    );
  });

  it.each([
    ['groups', '( '],
    ['parentheses', '(('],
    ['substitutions', '$('],
    ['arithmetic', '$(('],
    ['parameters', '${a:-'],
    ['quotes in substitutions', '"$('],
    ['conditions', '[[ ! ( '],
    ['nots', '[[ ! ! ! '],
    ['ifs', 'if '],
    ['cases', 'case a in b) '],
    ['functions', 'f() '],
    ['coprocesses', 'coproc '],
    ['arrays', 'a=('],
    ['extended globs', '@('],
    ['process substitutions', '<('],
    ['here-documents', '$(a <<E\n'],
  ])('is not followed too deep: %s', (_name, piece) => {
    const { errors } = parseShell(piece.repeat(20_000), { dialect: 'bash' });
    expect(errors).toHaveLength(1);
    expect(errors[0]!.from).toBeLessThan(5_000);
  });

  it('is not read if it is too long', () => {
    expect(parseShell('a;'.repeat(600_000)).errors).toMatchObject([{ code: 'too-long' }]);
  });

  // Quadratic readers need minutes for these; the test's time limit is the bound.
  it.each([
    '[',
    'a[',
    'a[;',
    '`a` ',
    '"a" ',
    "'a'",
    '$((',
    '((a)',
    '( (a) ',
    '<<E ',
    '\\',
    '#\n',
    '2>a ',
    'a=b ',
    '${a}',
    '$[a]',
    '*?',
    '~ ',
  ])('takes time in proportion to its length: %j', (piece) => {
    const text = piece.repeat(Math.floor(120_000 / piece.length));
    for (const dialect of dialects) expect(parseShell(text, { dialect }).from).toBe(0);
  });
});
