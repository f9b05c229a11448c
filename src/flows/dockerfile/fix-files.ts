import { applyEdits, type LintFinding, type LintResult, type MadeMend, mend } from '../../dockerfile/index.ts';
import { type LintFilesOptions, type OpenedDockerfile, openDockerfiles } from './lint-files.ts';

/** What a person says to a mend that changes the image. */
export type MendAnswer = 'yes' | 'no' | 'all' | 'quit';

/** A mend that changes the image, with the file before and after it. */
export interface MendOffer {
  readonly path: string;
  readonly finding: LintFinding;
  readonly before: LintedText;
  /** The text with it. */
  readonly after: string;
}

type LintedText = LintResult & { readonly text: string };

export interface FixFilesOptions extends LintFilesOptions {
  /** Makes the mends that change the image too, without asking. */
  readonly takesAll: boolean;
  /** Only mends of these rules, by any of their names. */
  readonly only: readonly string[];
  /** Leaves files as they are. */
  readonly isDryRun: boolean;
  /** Asks a person; where it is absent, mends that change the image are only offered. */
  readonly ask?: (offer: MendOffer) => Promise<MendAnswer>;
}

/** What became of a file. */
export interface FixedDockerfile {
  readonly path: string;
  /** The text that was read from standard input, with its mends, in its own encoding. */
  readonly output: Uint8Array | undefined;
  readonly before: LintedText;
  /** The text with the mends that were made, and what is still found in it. */
  readonly after: LintedText;
  readonly made: readonly MadeMend[];
  /** Mends of what is left that change the image, each with the text that it would make. */
  readonly offers: readonly MendOffer[];
}

/**
 * Mends Dockerfiles: the safe mends, then those that change the image as far as they are accepted. Each file is written in one
 * step before the next is opened, and not touched where nothing is mended. Standard input is read, never written.
 */
export async function* fixFiles(targets: readonly string[], options: FixFilesOptions): AsyncGenerator<FixedDockerfile> {
  let { takesAll, ask } = options;
  // All of a rule at once, where lint tells the first hundred: each round reads the whole file.
  for await (const opened of openDockerfiles(targets, { ...options, mostOfARule: 20_000 })) {
    const fixing = new Fixing(opened, options.only);
    fixing.mend(takesAll);
    while (!takesAll && ask !== undefined) {
      const offer = fixing.nextOffer();
      if (offer === undefined) break;
      const answer = await ask(offer);
      if (answer === 'all') takesAll = true;
      if (answer === 'quit') ask = undefined;
      if (answer === 'yes') fixing.accept(offer);
      else fixing.decline(offer);
    }
    if (takesAll) fixing.mend(true);
    const fixed = fixing.outcome();
    if (opened.file !== undefined && !options.isDryRun && fixed.after.text !== fixed.before.text) {
      const { writeDockerfile } = await import('./write-dockerfile.ts');
      writeDockerfile(opened.file, { before: opened, after: fixed.after.text });
    }
    yield fixed;
  }
}

/** One file while it is mended. */
class Fixing {
  readonly #opened: OpenedDockerfile;
  readonly #only: ReadonlySet<string>;
  readonly #before: LintedText;
  #after: LintedText;
  readonly #made: MadeMend[] = [];
  readonly #declined = new Set<string>();

  constructor(opened: OpenedDockerfile, only: readonly string[]) {
    this.#opened = opened;
    this.#only = new Set(only.map((name) => name.toLowerCase()));
    this.#before = { text: opened.text, ...opened.lint(opened.text) };
    this.#after = this.#before;
  }

  /** Makes the safe mends, or all. */
  mend(takesAll: boolean): void {
    const { lint } = this.#opened;
    const isWanted = (finding: LintFinding): boolean =>
      this.#isAsked(finding) && (takesAll || finding.fix?.isSafe === true);
    const { text, result, made } = mend(this.#after.text, { lint, isWanted });
    this.#after = { text, ...result };
    this.#made.push(...made);
  }

  nextOffer(): MendOffer | undefined {
    const finding = this.#offered().find((each) => !this.#declined.has(this.#keyOf(each)));
    return finding && this.#offerOf(finding);
  }

  accept({ finding, after }: MendOffer): void {
    this.#made.push({ finding, line: finding.start.line });
    this.#after = { text: after, ...this.#opened.lint(after) };
    this.mend(false);
  }

  decline({ finding }: MendOffer): void {
    this.#declined.add(this.#keyOf(finding));
  }

  outcome(): FixedDockerfile {
    const { path, file, encoding } = this.#opened;
    const output = file === undefined ? Buffer.from(this.#after.text, encoding) : undefined;
    const offers = this.#offered().map((finding) => this.#offerOf(finding));
    return { path, output, before: this.#before, after: this.#after, made: this.#made, offers };
  }

  #isAsked({ rule, aliases }: LintFinding): boolean {
    return this.#only.size === 0 || [rule, ...aliases].some((name) => this.#only.has(name.toLowerCase()));
  }

  #offered(): readonly LintFinding[] {
    return this.#after.findings.filter((finding) => finding.fix?.isSafe === false && this.#isAsked(finding));
  }

  #offerOf(finding: LintFinding): MendOffer {
    const after = applyEdits(this.#after.text, finding.fix!.edits);
    return { path: this.#opened.path, finding, before: this.#after, after };
  }

  /** The same after other lines have changed. */
  #keyOf({ rule, message, start, fix }: LintFinding): string {
    return JSON.stringify([rule, message, fix?.title, this.#after.text.split('\n', start.line)[start.line - 1]]);
  }
}
