import { type StageLabel, labelsOf } from '../labels.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import type { LabelFormat } from '../settings.ts';

const formats: Readonly<Record<LabelFormat, { readonly alias: string; readonly what: string }>> = {
  text: { alias: 'DL3051', what: 'text' },
  rawtext: { alias: 'DL3051', what: 'text' },
  url: { alias: 'DL3052', what: 'an address as https://example.com/' },
  rfc3339: { alias: 'DL3053', what: 'a time as 2026-01-31T12:00:00Z (RFC 3339)' },
  spdx: { alias: 'DL3054', what: 'an SPDX license expression as Apache-2.0' },
  hash: { alias: 'DL3055', what: 'a Git commit of 7 or 40 hexadecimal digits' },
  semver: { alias: 'DL3056', what: 'a semantic version as 1.2.3' },
  email: { alias: 'DL3058', what: 'an e-mail address' },
};

/** Values of labels look as their schema says. */
export const labelValues: DockerfileRule = {
  name: 'label-values',
  summary: 'Values of labels have the form that the label schema, or the OCI annotation of that name, asks for.',
  explanation:
    'The label schema of the settings says what a label holds: text, url, rfc3339, spdx, hash, semver or email. For the labels org.opencontainers.image.* the image specification says it. A value that depends on a build argument without a default is not looked at.',
  category: 'audit',
  severity: 'warning',
  aliases: ['DL3051', 'DL3052', 'DL3053', 'DL3054', 'DL3055', 'DL3056', 'DL3058'],
  check(_, { graph, settings: { labelSchema } }) {
    return graph.stages.flatMap((stage) =>
      labelsOf(graph, stage).flatMap((label) => {
        const format = Object.hasOwn(labelSchema, label.key) ? labelSchema[label.key] : wellKnown(label.key);
        return format === undefined ? [] : wrong(label, format);
      }),
    );
  },
};

function wrong({ key, value, uses, pair }: StageLabel, format: LabelFormat): readonly Draft[] {
  if (value === undefined || uses.some(({ state }) => state !== 'fixed' && state !== 'default')) return [];
  const { span } = pair.value;
  if (value === '')
    return [
      { span, message: `the label ${key} is empty`, advice: `write ${formats[format].what}`, aliases: ['DL3051'] },
    ];
  if (fits(value, format)) return [];
  const message = `the label ${key} holds ${JSON.stringify(value.slice(0, 60))}, which is not ${formats[format].what}`;
  return [{ span, message, advice: `write ${formats[format].what}`, aliases: [formats[format].alias] }];
}

/** OCI image specification, "Pre-Defined Annotation Keys". */
function wellKnown(key: string): LabelFormat | undefined {
  if (!key.startsWith('org.opencontainers.image.')) return undefined;
  const name = key.slice('org.opencontainers.image.'.length);
  if (name === 'url' || name === 'documentation' || name === 'source') return 'url';
  if (name === 'created') return 'rfc3339';
  return name === 'licenses' ? 'spdx' : undefined;
}

function fits(value: string, format: LabelFormat): boolean {
  switch (format) {
    case 'text':
    case 'rawtext':
      return true;
    case 'url':
      return value.length <= 2048 && /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(value) && URL.canParse(value);
    case 'rfc3339':
      return isTime(value);
    case 'spdx':
      return isLicenseExpression(value);
    case 'hash':
      return /^(?:[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
    case 'semver':
      return /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(
        value,
      );
    case 'email':
      return value.length <= 320 && /^[^\s@"<>]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(value);
  }
}

function isTime(value: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(value);
  if (match === null) return false;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= days;
  return isDay && hour < 24 && minute < 60 && second <= 60 && Number(match[7] ?? 0) < 24 && Number(match[8] ?? 0) < 60;
}

/** Identifiers joined by AND, OR and WITH, in brackets where need be. Whether an identifier is on SPDX's list is not asked. */
function isLicenseExpression(value: string): boolean {
  const tokens = value.match(/[()]|[^\s()]+/g) ?? [];
  let open = 0;
  let wantsName = true;
  for (const token of tokens) {
    if (token === '(' && wantsName) open++;
    else if (token === ')' && !wantsName && open > 0) open--;
    else if (/^(?:AND|OR|WITH)$/i.test(token) && !wantsName) wantsName = true;
    else if (wantsName && /^[A-Za-z0-9][A-Za-z0-9.:-]*\+?$/.test(token)) wantsName = false;
    else return false;
  }
  return open === 0 && !wantsName;
}
