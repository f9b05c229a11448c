/** PEM armour to label and bytes, also where it stands inside JSON, YAML or quoted source. It decrypts nothing. */
export * from './pem-block.ts';
