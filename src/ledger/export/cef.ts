import type { SealedEntry } from '../entry.ts';

/** Who sends, for CEF's header and syslog's. */
export interface CefSender {
  readonly version: string;
  readonly host: string;
  /** The ledger's id. */
  readonly ledger: string;
}

/** Syslog's facility 13, log audit, at severity 5, notice (RFC 5424 § 6.2.1). */
const priority = 13 * 8 + 5;

/**
 * An entry as ArcSight's Common Event Format (version 0) in a syslog line (RFC 5424), without the line's end. Line breaks and
 * other control characters never reach the line; CEF's own signs are escaped as its specification says.
 */
export function cefLine({ entry, hash }: Pick<SealedEntry, 'entry' | 'hash'>, sender: CefSender): string {
  const { actor, subject, action } = entry;
  const extension: readonly (readonly [key: string, value: string | undefined])[] = [
    ['rt', String(Date.parse(entry.time))],
    ['externalId', String(entry.sequence)],
    ['act', action],
    ['suser', actor.name],
    ['cs1Label', 'actorKind'],
    ['cs1', actor.kind],
    ['cs2Label', 'actorKnownBy'],
    ['cs2', actor.known],
    ['cs3Label', 'subjectKind'],
    ['cs3', subject.kind],
    ['cs4Label', 'subject'],
    ['cs4', subject.name],
    ['cs5Label', 'entryHash'],
    ['cs5', hash.toString('hex')],
    ['cs6Label', 'ledger'],
    ['cs6', sender.ledger],
    ['sourceServiceName', entry.from],
    ['reason', entry.why],
    ['msg', entry.details === undefined ? undefined : JSON.stringify(entry.details)],
  ];
  const fields = extension.flatMap(([key, value]) => (value === undefined ? [] : `${key}=${inExtension(value)}`));
  const header = ['CEF:0', 'Plimsoll', 'Plimsoll', inHeader(sender.version), inHeader(action), inHeader(action), '3'];
  const host = sender.host.replace(/[^!-~]/g, '').slice(0, 255) || '-';
  return `<${priority}>1 ${entry.time} ${host} plimsoll - - - ${header.join('|')}|${fields.join(' ')}`;
}

function inHeader(text: string): string {
  return plain(text).replace(/[\\|]/g, '\\$&');
}

function inExtension(text: string): string {
  return plain(text.replace(/[\\=]/g, '\\$&').replace(/\r\n|[\r\n]/g, '\\n'));
}

/** Control characters, and what Unicode calls line and paragraph separators, become spaces. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
