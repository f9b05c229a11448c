/** A value as a YAML scalar: plain where nothing can mistake it, else in double quotes with everything odd escaped. */
export function yamlScalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (isPlain(value)) return value;
  const json = JSON.stringify(value);
  return json.replace(
    /[\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

const words = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

function isPlain(text: string): boolean {
  return /^[A-Za-z/][\w./@+:-]*$/.test(text) && !words.test(text) && !text.endsWith(':') && text.length <= 200;
}

/** Block YAML of plain data (objects, arrays, strings, numbers, booleans); undefined members are left out. */
export function yamlText(value: unknown, indent = ''): string {
  if (Array.isArray(value))
    return value.map((item) => `${indent}- ${nested(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value !== 'object' || value === null)
    return `${indent}${yamlScalar(value as string | number | boolean)}\n`;
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${indent}${yamlScalar(key)}:${entry(member, indent)}`)
    .join('');
}

function entry(member: unknown, indent: string): string {
  if (Array.isArray(member)) {
    if (member.length === 0) return ' []\n';
    if (member.every((item) => typeof item !== 'object')) return ` [${member.map(yamlScalarInFlow).join(', ')}]\n`;
    return `\n${yamlText(member, `${indent}  `)}`;
  }
  if (typeof member !== 'object' || member === null) return ` ${yamlScalar(member as string | number | boolean)}\n`;
  return Object.keys(member).length === 0 ? ' {}\n' : `\n${yamlText(member, `${indent}  `)}`;
}

function nested(item: unknown, indent: string): string {
  return yamlText(item, indent);
}

function yamlScalarInFlow(value: unknown): string {
  const scalar = yamlScalar(value as string | number | boolean);
  return scalar.includes(':') && !scalar.startsWith('"') ? JSON.stringify(value) : scalar;
}
