/** Protocol buffers' wire format to fields, for readers that know their numbers; no schemas, no code made from any. */
export { type Fields, readFields, ProtobufRefused } from './read-fields.ts';
