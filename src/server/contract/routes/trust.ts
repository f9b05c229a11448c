import * as z from 'zod';
import { Digest } from '../shared.ts';
import { Trust, TrustChange, TrustCheck, TrustText, Verification } from '../trust.ts';
import { route, type Route } from '../route.ts';

export const trustRoutes = {
  getTrust: route({
    method: 'GET',
    path: '/v1/trust',
    tag: 'trust',
    summary: 'The trust root by which the server verifies; the ETag is for If-Match',
    permission: 'read',
    answer: Trust,
  }),
  putTrust: route({
    method: 'PUT',
    path: '/v1/trust',
    tag: 'trust',
    summary: 'Write a version of the trust root; what vouches for images is verified again',
    permission: 'trust.write',
    body: TrustChange,
    bodyLimitBytes: 12 << 20,
    answer: Trust,
    ifMatch: true,
    ledger: ['trust.change'],
  }),
  checkTrust: route({
    method: 'POST',
    path: '/v1/trust/check',
    tag: 'trust',
    summary: 'What is wrong with the text of a trust root, and whom it trusts',
    permission: 'read',
    ledger: { none: 'it reads a text and changes nothing' },
    body: TrustText,
    bodyLimitBytes: 12 << 20,
    answer: TrustCheck,
  }),
  getVerification: route({
    method: 'GET',
    path: '/v1/images/{digest}/verification',
    tag: 'trust',
    summary: 'Whether an image is signed, built and judged as the trust root demands, by what was found beside it',
    permission: 'read',
    params: z.object({ digest: Digest }),
    answer: Verification,
  }),
} satisfies Readonly<Record<string, Route>>;
