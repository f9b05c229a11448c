import type { ZodType } from 'zod';
import { apiVersion } from '../formats/yaml-documents/index.ts';
import { toFillIn } from './waiver-text.ts';
import type { Rule, Zod } from './rule.ts';
import { rules } from './rules/list.ts';

/** The shapes of the documents that a policy file may hold, by kind; the single source of docs/formats/policy.schema.json. */
export interface PolicySchemas {
  readonly Policy: ZodType;
  readonly Waivers: ZodType;
  readonly PolicyTest: ZodType;
}

const built = new WeakMap<Zod, PolicySchemas>();

/** The schemas, built once with a zod that the caller has loaded. */
export function policySchemas(z: Zod): PolicySchemas {
  let schemas = built.get(z);
  if (schemas === undefined) {
    const parts = new SchemaParts(z);
    schemas = { Policy: parts.policy(), Waivers: parts.waivers(), PolicyTest: parts.policyTest() };
    built.set(z, schemas);
  }
  return schemas;
}

class SchemaParts {
  readonly #z: Zod;
  // Parts that stand in several places are made once, so that the published schema can refer to them.
  readonly #rules: ZodType;
  readonly #conditions: ZodType;
  readonly #waivers: ZodType;

  constructor(z: Zod) {
    this.#z = z;
    const uses = rules.map((rule) => [rule.name, this.#ruleUse(rule).optional()] as const);
    this.#rules = z
      .strictObject(Object.fromEntries(uses))
      .describe('Rules by name, each an effect or an effect with settings.');
    this.#conditions = z.array(this.#condition()).max(200).describe('Conditions in CEL that must hold.');
    this.#waivers = z.array(this.#waiver()).max(50_000).describe('Exceptions.');
  }

  policy() {
    const z = this.#z;
    const metadata = z
      .strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be of a-z, 0-9, ".", "_" and "-"')
          .describe('The name that verdicts carry.'),
        description: this.#text(2000).optional().describe('What the policy is for.'),
      })
      .describe('Who the document is.');
    return z
      .strictObject({
        apiVersion: z.literal(apiVersion),
        kind: z.literal('Policy'),
        metadata,
        extends: z
          .string()
          .max(100)
          .optional()
          .describe('A built-in policy that this one is laid over: production, development, base.'),
        waiverExpiry: z
          .enum(['required', 'optional'])
          .optional()
          .describe('required: every waiver has expires or untilFixed. Default optional.'),
        ...this.#demands(),
        scopes: z
          .array(this.#scope())
          .max(500)
          .optional()
          .describe('Parts that apply where they match, laid over what is above; later ones win.'),
        waivers: this.#waivers.optional(),
      })
      .describe('What images must be like.');
  }

  waivers() {
    const z = this.#z;
    return z
      .strictObject({
        apiVersion: z.literal(apiVersion),
        kind: z.literal('Waivers'),
        waivers: this.#waivers,
      })
      .describe('Exceptions on their own, in the file of the policy or in another.');
  }

  policyTest() {
    const z = this.#z;
    const name = z.string().min(1).max(200);
    const strings = z.array(z.string().max(1000)).max(1000);
    const context = z
      .strictObject({
        scope: z.string().max(1000).optional(),
        environment: name.optional(),
        team: name.optional(),
        regulations: strings.optional(),
        labels: this.#patterns().optional(),
        reference: z.string().max(1000).optional(),
        now: z.iso.datetime({ offset: true }).optional().describe('What time it is. Default 2026-01-01T00:00:00Z.'),
        deployment: z.enum(['new', 'restart']).optional(),
        approvedDigest: z.string().max(200).optional(),
        evidence: z
          .strictObject({
            signatures: z.array(z.looseObject({})).max(1000).optional(),
            attestations: z.array(z.looseObject({})).max(1000).optional(),
            refused: z.array(z.looseObject({})).max(1000).optional(),
          })
          .optional()
          .describe('What vouches for the image (scan --trust-root); absent: nobody looked.'),
      })
      .describe('What the judge is told beside the record.');
    const expect = z.strictObject({
      result: z.enum(['pass', 'fail', 'cannot-tell']),
      violations: strings
        .optional()
        .describe('Rules that are broken, or texts that occur in what is broken: exactly these.'),
      warnings: strings.optional().describe('The same for warnings.'),
      doubts: strings.optional().describe('The same for what cannot be told.'),
      waived: strings.optional().describe('Ids of the waivers that are used: exactly these.'),
    });
    const record = z
      .union([z.string().min(1).max(4096), z.looseObject({})])
      .describe(
        'A file with a record (scan --format json), or as much of a record as matters: the rest is an image without fault.',
      );
    return z
      .strictObject({
        apiVersion: z.literal(apiVersion),
        kind: z.literal('PolicyTest'),
        policy: z
          .string()
          .min(1)
          .max(4096)
          .describe('The policy: a file beside this one, or the name of a built-in one.'),
        cases: z
          .array(
            z.strictObject({
              name,
              record: record.optional(),
              context: context.optional(),
              vex: z.string().max(4096).optional().describe('A file with a VEX document.'),
              expect,
            }),
          )
          .min(1)
          .max(10_000)
          .describe('What must come of what.'),
      })
      .describe('Tests of a policy.');
  }

  #demands() {
    const z = this.#z;
    return {
      cannotTell: this.#cannotTell().optional(),
      restart: z
        .strictObject({
          graceDays: z
            .number()
            .int()
            .min(0)
            .max(3650)
            .optional()
            .describe('Days from the publication of a vulnerability in which it only warns at a restart.'),
          cannotTell: this.#cannotTell().optional(),
        })
        .optional()
        .describe('How a restart of a digest that was approved here before is treated.'),
      builds: this.#builds().optional(),
      rules: this.#rules.optional(),
      conditions: this.#conditions.optional(),
    };
  }

  #builds() {
    const z = this.#z;
    const term = z.enum(['allow', 'refuse']).optional();
    return z
      .strictObject({
        dirty: term.describe('A working tree that differs from its commit, or none. Default: --allow-dirty decides.'),
        unpushed: term.describe('A commit that no remote is known to have. Default: --allow-dirty decides.'),
      })
      .describe('Which sources plimsoll build may build.');
  }

  #scope() {
    const z = this.#z;
    const patterns = z.array(z.string().min(1).max(1000)).min(1).max(1000);
    const match = z
      .strictObject({
        environments: patterns.optional().describe('Patterns on the environment.'),
        teams: patterns.optional().describe('Patterns on the team.'),
        regulations: patterns.optional().describe('Patterns on the regulations that apply.'),
        labels: this.#patterns().optional().describe('Labels of the workload or place, and patterns on their values.'),
        imageLabels: this.#patterns()
          .optional()
          .describe('Labels that the image itself carries, and patterns on their values.'),
        images: patterns.optional().describe('Patterns on the reference, with or without tag, or on the digest.'),
      })
      .describe('All that are given must match. With none the scope applies only by name (--scope).');
    return z.strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be of a-z, 0-9, ".", "_" and "-"')
        .refine((text) => text !== 'default', 'default is what applies where no scope does')
        .describe('The name for --scope and in verdicts.'),
      description: this.#text(2000).optional().describe('What it is for.'),
      match: match.optional(),
      ...this.#demands(),
    });
  }

  #ruleUse(rule: Rule) {
    const z = this.#z;
    const effect = z.enum(['fail', 'warn', 'off']);
    const settings = Object.entries<ZodType>(rule.settings(z)).map(([name, type]) => [name, type.optional()] as const);
    return z
      .union([
        effect,
        z.strictObject({
          effect: effect.optional().describe('Default fail.'),
          cannotTell: this.#cannotTell().optional(),
          ...Object.fromEntries(settings),
        }),
      ])
      .describe(rule.summary);
  }

  #condition() {
    const z = this.#z;
    return z.strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'must be of a-z, 0-9 and "-"')
        .describe('Asked as rule condition:NAME.'),
      expression: z.string().min(1).max(4000).describe('CEL over record, context and now; must be true.'),
      message: this.#text(500).describe('What is wrong when it is not.'),
      mend: this.#text(500).optional().describe('What to do then.'),
      effect: z.enum(['fail', 'warn', 'off']).optional().describe('Default fail.'),
      cannotTell: this.#cannotTell().optional(),
    });
  }

  #waiver() {
    const z = this.#z;
    const pattern = z.string().min(1).max(20_000).optional();
    const filled = (text: string) => !text.trimStart().startsWith(toFillIn);
    const said = this.#text(2000).refine(filled, `still says ${toFillIn}: fill it in`);
    return z
      .strictObject({
        id: z.string().min(1).max(200).describe('The name that verdicts carry; unique.'),
        rule: pattern.describe('Pattern on the rule.'),
        finding: pattern.describe('Pattern on the advisory or an alias, the finding, the violation, or its subject.'),
        package: pattern.describe('Pattern on the name, name@version, or purl.'),
        path: pattern.describe('Pattern on the path in the image.'),
        image: pattern.describe('Pattern on the reference, with or without tag, or on the digest.'),
        scope: pattern.describe('Pattern on the scope.'),
        owner: said.describe('Who answers for it.'),
        reason: said.describe('Why it is acceptable.'),
        expires: z
          .string()
          .refine(filled, `still says ${toFillIn}: fill it in`)
          .refine((text) => !filled(text) || isDay(text), 'must be a day, YYYY-MM-DD')
          .optional()
          .describe('The last day on which it holds, YYYY-MM-DD, UTC.'),
        untilFixed: z.boolean().optional().describe('Ends when a fix is out.'),
      })
      .refine(
        ({ rule, finding, package: named, path }) => [rule, finding, named, path].some((part) => part !== undefined),
        'must say what it waives: rule, finding, package or path',
      );
  }

  #cannotTell() {
    return this.#z
      .enum(['stop', 'warn'])
      .describe('What it does when it cannot be told. Default stop; warn for rules that only warn.');
  }

  #patterns() {
    const z = this.#z;
    return z.record(z.string().min(1).max(300), z.string().max(1000));
  }

  #text(most: number) {
    return this.#z
      .string()
      .min(1)
      .max(most)
      .refine((text) => text.trim() !== '', 'must not be blank');
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The JSON Schema (2020-12) of all documents, as published. */
export function policyJsonSchema(z: Zod): Record<string, unknown> {
  const { Policy, Waivers, PolicyTest } = policySchemas(z);
  const schema = z.toJSONSchema(z.union([Policy, Waivers, PolicyTest]), {
    target: 'draft-2020-12',
    io: 'input',
    reused: 'ref',
  });
  return {
    $id: 'https://plimsoll.dev/schemas/policy-v1.json',
    title: 'Plimsoll policy, waivers and policy tests',
    ...schema,
  };
}
