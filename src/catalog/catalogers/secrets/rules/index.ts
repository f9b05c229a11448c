import type { SecretRule } from '../rule.ts';
import { cloudRules } from './cloud.table.ts';
import { codeRules } from './code.table.ts';
import { fileRules } from './files.table.ts';
import { serviceRules } from './services.table.ts';

/** Every kind of credential that has a shape; the specific before the general. */
export const secretRules: readonly SecretRule[] = [...cloudRules, ...codeRules, ...serviceRules, ...fileRules];
