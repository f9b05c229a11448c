import { textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** Which vulnerabilities matter to an image (OpenVEX). */
export const openvex: PredicateKind = {
  names: ['openvex'],
  types: ['https://openvex.dev/ns'],
  summary: 'which vulnerabilities do not matter (OpenVEX)',
  read: () => ({ kind: 'other' }),
  complaint: (predicate) =>
    textAt(predicate, '@context')?.startsWith('https://openvex.dev/') === true
      ? undefined
      : 'an OpenVEX document has @context https://openvex.dev/…',
};
