/** What opens a registry: a name with its password, or a token that buys access tokens. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string }
  | { readonly kind: 'registry-token'; readonly token: string };

/** What a look for credentials found. */
export interface CredentialsAnswer {
  readonly credentials?: Credentials;
  /** Why there may be credentials that could not be had; said when the registry refuses us. */
  readonly problem?: string;
}
