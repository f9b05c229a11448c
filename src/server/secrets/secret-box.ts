import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../model/index.ts';
import { ensureSecretFile } from '../../server-store/index.ts';

/** Encrypts secrets for the database (AES-256-GCM), bound to what they are for. */
export interface SecretBox {
  seal(text: string, purpose: string): string;
  /** @throws CodedError `secret-unreadable` where the key is another one or the text was altered. */
  open(sealed: string, purpose: string): string;
}

const keyBytes = 32;

/** Opens the box with the key in the folder of data, made when it is first needed. Several servers on one database share the file. */
export function openSecretBox(folder: string): SecretBox {
  const key = readKey(path.join(folder, 'secrets.key'));
  return {
    seal(text, purpose) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      try {
        const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
          .setAAD(Buffer.from(purpose))
          .setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new CodedError('secret-unreadable', `a secret in the store (${purpose}) can't be read with secrets.key`, {
          hint: 'the key belongs to the data: restore it from where the data came from, or set the secret anew',
          cause,
        });
      }
    },
  };
}

function readKey(file: string): Buffer {
  ensureSecretFile(file, () => randomBytes(keyBytes));
  const key = readFileSync(file);
  if (key.length !== keyBytes)
    throw new CodedError('secret-key-invalid', `${file} is not the key that was made: it has ${key.length} bytes`);
  return key;
}
