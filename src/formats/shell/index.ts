/**
 * Shell text (POSIX.1-2024 XCU 2, and what bash and BusyBox have beyond it) to a tree with the offsets of every node. Never
 * throws, runs nothing, expands nothing; knows no command but the few whose arguments the grammar itself asks for.
 */
export { type ParseOptions, parseShell } from './parse.ts';
export type * from './syntax.ts';
export { childrenOf } from './nodes.ts';
export { type CommandPlace, simpleCommandsOf } from './simple-commands.ts';
export { shownValue, staticValue, unquotedParts } from './word-values.ts';
