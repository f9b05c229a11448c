import type { Policy } from './policy.ts';
import { apiVersion } from '../formats/yaml-documents/index.ts';
import { yamlText } from './yaml-text.ts';

/** A policy as YAML that `parsePolicy` reads back to the same policy. */
export function policyText({ name, description, scopes, waivers, ...demands }: Policy): string {
  return yamlText({
    apiVersion,
    kind: 'Policy',
    metadata: { name, description },
    ...demands,
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(waivers.length === 0 ? {} : { waivers }),
  });
}
