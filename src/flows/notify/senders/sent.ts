/** What became of an attempt: `again` may go well another time. */
export type Sent =
  | { readonly kind: 'sent' }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };
