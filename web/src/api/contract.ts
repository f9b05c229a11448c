/** The server's words, as types alone: its schemas stay on the server. */
export type * from '../../../src/server/contract/index.ts';
