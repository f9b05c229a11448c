import { commonExceptions, commonLicenses } from './licenses.table.ts';

/** Longest text that is looked at as an expression. */
const maxLength = 512;

/** What a declared licence text is. */
export type LicenseKind = 'id' | 'expression' | 'name';

/** Whether a declared licence is an SPDX id, an SPDX expression of known ids, or only a name. */
export function kindOfLicense(text: string): LicenseKind {
  if (commonLicenses.has(text)) return 'id';
  return text.length <= maxLength && isExpression(text) ? 'expression' : 'name';
}

/** SPDX licence expressions (SPDX 2.3, annex D) over the known ids. */
function isExpression(text: string): boolean {
  const tokens = text.replace(/[()]/g, ' $& ').split(' ').filter(Boolean);
  let depth = 0;
  let wantsOperand = true;
  let previous = '';
  for (const token of tokens) {
    if (token === '(') {
      if (!wantsOperand) return false;
      depth++;
    } else if (token === ')') {
      if (wantsOperand || --depth < 0) return false;
    } else if (token === 'AND' || token === 'OR' || token === 'WITH') {
      if (wantsOperand || (token === 'WITH' && previous === ')')) return false;
      wantsOperand = true;
    } else {
      const known = previous === 'WITH' ? commonExceptions.has(token) : commonLicenses.has(token.replace(/\+$/, ''));
      if (!wantsOperand || !known) return false;
      wantsOperand = false;
    }
    previous = token;
  }
  return tokens.length > 0 && depth === 0 && !wantsOperand;
}
