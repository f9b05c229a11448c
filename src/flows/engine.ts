import packageFile from '../../package.json' with { type: 'json' };

/** What made a record or verdict: name and version. */
export const engine = `plimsoll ${packageFile.version}`;
