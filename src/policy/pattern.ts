/** Patterns of policies are those of every document of ours. */
export { escapePattern, matchesAny, matchesPattern } from '../formats/pattern.ts';
