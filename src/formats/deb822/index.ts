/**
 * Debian control data (deb822(5): dpkg's status, Packages, Sources) to paragraphs of single-line fields. Walks bytes and
 * makes text only of the fields that are asked for; never throws, knows nothing of packages.
 */
export { type ParagraphFaults, readParagraphs } from './paragraphs.ts';
